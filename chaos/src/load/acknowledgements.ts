import { appendFileSync, writeFileSync } from 'node:fs';
import type { ServiceName } from '@crm/contracts';
import type { AnswerBody } from './client.js';

/** A stream that a service answered for; the format that `crm verify --acks` reads. */
export interface Acknowledgement {
  readonly service: ServiceName;
  readonly id: string;
  readonly version: number;
}

/** What an answer acknowledges: its own stream, or every item of a batch that was taken. */
export function acknowledgedBy(
  service: ServiceName,
  { id, version, outcomes }: AnswerBody,
): readonly Acknowledgement[] {
  if (outcomes !== undefined)
    return outcomes.flatMap(({ status, id: item }) =>
      (status === 'accepted' || status === 'duplicate') && item !== undefined
        ? [{ service, id: item, version: 1 }]
        : [],
    );
  return id === undefined || version === undefined ? [] : [{ service, id, version }];
}

/** Written at once: what was acknowledged must be there, whatever becomes of this process. */
export class AcknowledgementFile {
  private all: (Acknowledgement & { readonly at: number })[] = [];

  constructor(private readonly file: string) {
    appendFileSync(file, '');
  }

  add(acknowledged: readonly Acknowledgement[]): void {
    if (acknowledged.length === 0) return;
    const at = Date.now();
    this.all.push(...acknowledged.map((one) => ({ ...one, at })));
    appendFileSync(this.file, acknowledged.map(lineOf).join(''));
  }

  /** What a service acknowledged after a moment is known as lost: takes it out, and says how much it was. */
  forget(service: ServiceName, moment: number): number {
    const before = this.all.length;
    this.all = this.all.filter((one) => one.service !== service || one.at < moment);
    writeFileSync(this.file, this.all.map(lineOf).join(''));
    return before - this.all.length;
  }
}

const lineOf = ({ service, id, version }: Acknowledgement): string => `${JSON.stringify({ service, id, version })}\n`;
