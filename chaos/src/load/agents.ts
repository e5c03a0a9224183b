import { setTimeout as wait } from 'node:timers/promises';
import { Draws } from '../draws.js';
import type { ServiceName } from '@crm/contracts';
import type { Driver } from './driver.js';

/** A department whose people work off tasks. */
interface Department {
  readonly service: ServiceName;
  readonly path: string;
}

const DEPARTMENTS: readonly Department[] = [
  { service: 'sales', path: '/v1/tasks' },
  { service: 'service', path: '/v1/service-tasks' },
];
const LOOK_EVERY_MS = 3_000;
const AT_A_TIME = 4;
/** What may have become of a task, or be known about its customer, since it was listed. */
const IN_ORDER = [
  'contact-denied',
  'contact-not-now',
  'task-closed',
  'task-claimed',
  'task-not-started',
  'task-overdue',
  'campaign-paused',
  'party-erased',
  'not-found',
];

/** People who call: they take the tasks that there are, one after the other, and say what came of them. */
export class Agents {
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>[] = [];

  constructor(
    private readonly driver: Driver,
    private readonly seed: number | string,
  ) {}

  start(): void {
    for (const department of DEPARTMENTS) this.work.push(this.workOff(department));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.work);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async workOff({ service, path }: Department): Promise<void> {
    const draws = new Draws(this.seed, `agents ${service}`);
    for (let round = 0; !this.stopping.signal.aborted; round++) {
      const listed = await this.driver.carryOut({
        ...{ key: `${service} tasks ${round}`, service, method: 'GET', subject: `tasks of ${service}` },
        path: `${path}?filter=${encodeURIComponent('status[eq]:open')}&limit=${AT_A_TIME}`,
      });
      for (const taskId of idsOf(listed?.body)) {
        if (this.isStopping()) return;
        await this.call({ service, path: `${path}/${taskId}` }, round, draws);
      }
      await wait(LOOK_EVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async call({ service, path }: Department, round: number, draws: Draws): Promise<void> {
    const command = { service, method: 'POST', subject: `task ${path}`, refusals: IN_ORDER } as const;
    const started = await this.driver.carryOut({
      ...command,
      ...{ key: `${path} start ${round}`, path: `${path}/start`, body: {} },
    });
    if (started === undefined || started.status !== 200) return;
    const outcome = draws.pick(['reached', 'no-answer', 'reached', 'wrong-number'] as const);
    await this.driver.carryOut({
      ...command,
      ...{ key: `${path} outcome ${round}`, path: `${path}/outcomes`, body: { outcome } },
    });
  }
}

function idsOf(body: { readonly [field: string]: unknown } | undefined): readonly string[] {
  const items = (body?.['items'] ?? []) as readonly { readonly taskId: string }[];
  return items.map(({ taskId }) => taskId);
}
