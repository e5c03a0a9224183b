import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ModelDataError } from '@crm/customer-models';
import {
  compute,
  type Computation,
  type Computed,
  type Done,
  type Fault,
  type Measures,
  type Measuring,
  type Work,
} from './compute-model.js';
import { TooMuchFound, type Scoring } from './model.js';

/** What compiled code has beside it. Specs run the sources, which no thread can be started on. */
const WORKER = new URL('./model-worker.js', import.meta.url);

const MB = 2 ** 20;
/**
 * A fit may take half of what the process has, in MB: too large a one ends its thread, and fails its run, before the system would
 * end the process with everything else that it does. As much as a heap can be on its own at most.
 */
const MOST_MB = Math.min(4_096, Math.floor(Math.min(process.constrainedMemory() || Infinity, totalmem()) / 2 / MB));

/** Where fits are computed: in a thread of their own, or in this one where there is nothing compiled. */
export const computedIn: 'worker-thread' | 'this-thread' = existsSync(WORKER) ? 'worker-thread' : 'this-thread';

/**
 * Does a run's work beside the event loop, so that a fit of minutes holds up no request. Throws `ModelDataError` when the data
 * cannot carry the model, `TooMuchFound` when it found too much. An aborted run ends its thread; nothing of it was written.
 */
export async function scoreApart(computation: Computation, signal?: AbortSignal): Promise<Scoring> {
  const done = await apart({ score: computation }, signal);
  if (!('scoring' in done)) throw new Error('a run was answered with measures');
  return done.scoring;
}

/** Holds runs against what came after them, beside the event loop as well. */
export async function measureApart(measuring: Measuring): Promise<readonly Measures[]> {
  const done = await apart({ measure: measuring });
  if (!('measures' in done)) throw new Error('a measuring was answered with scores');
  return done.measures;
}

async function apart(work: Work, signal?: AbortSignal): Promise<Done> {
  const computed = computedIn === 'worker-thread' ? await inThread(work, signal) : await compute(work);
  if ('fault' in computed) throw errorOf(computed.fault);
  return computed;
}

function errorOf({ code, message }: Fault): Error {
  return code === 'too-many-rules' ? new TooMuchFound(code, message) : new ModelDataError(code, message);
}

/** Does work in a thread of its own with at most `mostMb` of heap. Throws what the thread ends with, for want of memory as well. */
export async function inThread(
  work: Work,
  signal: AbortSignal | undefined,
  { thread = WORKER, mostMb = MOST_MB }: { readonly thread?: URL; readonly mostMb?: number } = {},
): Promise<Computed> {
  signal?.throwIfAborted();
  // Not as this process was started: its flags are about its own entry.
  const resourceLimits = { maxOldGenerationSizeMb: mostMb };
  const worker = new Worker(thread, { workerData: work, execArgv: [], resourceLimits });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Computed>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => {
        reject(new Error(`the thread of a model ended without an answer (${String(code)})`));
      });
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
