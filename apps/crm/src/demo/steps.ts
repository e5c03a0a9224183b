import type { ServiceName } from '@crm/contracts';
import { RequestRefused, type ApiClient } from '../api-client.js';
import { progressOf, type Progress } from '../output.js';
import type { AcknowledgementLog } from './acknowledgements.js';

/** Body of a command's answer. */
export interface Answered {
  readonly id: string;
  readonly version: number;
  readonly readAfter: string;
}

export interface ImportAnswer {
  readonly importId: string;
  readonly read: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: number;
  readonly readAfter: string;
}

interface LongWork {
  readonly status: 'running' | 'done' | 'failed';
  readonly progress?: { readonly done: number; readonly total: number };
  readonly problem?: { readonly code: string; readonly detail?: string };
}

const LOOK_AGAIN_MS = 150;
const PATIENCE_MS = 240_000;

/** What the steps of the demo share: the client, what was acknowledged, and how long each step took. */
export class Steps {
  readonly timings: Record<string, number> = {};

  constructor(
    readonly client: ApiClient,
    private readonly acknowledgements: AcknowledgementLog,
    private readonly say: (line: string) => void,
  ) {}

  /** Carries out a step with its name, its time and a progress bar. */
  async run<T>(name: string, work: (progress: Progress) => Promise<T>, summary: (result: T) => string): Promise<T> {
    const started = performance.now();
    const progress = progressOf(name);
    const result = await work(progress);
    progress.finish();
    const seconds = (performance.now() - started) / 1000;
    this.timings[name] = Number(seconds.toFixed(2));
    this.say(`  ${name}: ${summary(result)} (${seconds.toFixed(1)} s)`);
    return result;
  }

  /** A command with an idempotency key of its own: repeated by a second run, it changes nothing. */
  async command(service: ServiceName, path: string, body: unknown, key: string): Promise<Answered> {
    const answer = await this.client.post<Answered>(path, body, `demo ${key}`);
    this.acknowledgements.add(service, [answer]);
    return answer;
  }

  /** Notes streams that a bulk request was answered for. */
  acknowledge(service: ServiceName, ids: readonly string[]): void {
    this.acknowledgements.add(
      service,
      ids.map((id) => ({ id, version: 1 })),
    );
  }

  /** Waits for long work to be done; a failure is an error with its problem. */
  async finished(path: string, progress: Progress): Promise<void> {
    await this.until(async () => {
      const { status, progress: state, problem } = await this.client.get<LongWork>(path);
      if (status === 'failed')
        throw new Error(`${path} failed: ${problem?.code ?? 'unknown'} ${problem?.detail ?? ''}`);
      if (state !== undefined) progress.update(state.done, state.total);
      return status === 'done';
    }, path);
  }

  /** Asks again until the answer is yes. What is not found was made a moment ago, and is on its way. */
  async until(happened: () => Promise<boolean>, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await happened().catch(notYetFound))) {
      if (performance.now() > end) throw new Error(`${what} did not happen within ${String(PATIENCE_MS / 1000)} s`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

function notYetFound(error: unknown): false {
  if (error instanceof RequestRefused && error.status === 404) return false;
  throw error;
}
