import { appendFileSync } from 'node:fs';
import type { ServiceName } from '@crm/contracts';
import type { Acknowledgement } from '../verify/acknowledgements.js';

/** Notes every acknowledged command at once, so that a check after a crash knows what must be there. */
export class AcknowledgementLog {
  constructor(private readonly file: string | undefined) {}

  add(service: ServiceName, acknowledged: readonly { readonly id: string; readonly version: number }[]): void {
    if (this.file === undefined || acknowledged.length === 0) return;
    const lines = acknowledged.map(({ id, version }) =>
      JSON.stringify({ service, id, version } satisfies Acknowledgement),
    );
    appendFileSync(this.file, `${lines.join('\n')}\n`);
  }
}
