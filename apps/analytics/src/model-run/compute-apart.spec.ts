import { describe, expect, it } from '@jest/globals';
import { inThread } from './compute-apart.js';
import { inputsOf } from './model-inputs.js';

/** Threads take their time where the machine is busy. */
const IN_MS = 60_000;

const thread = (code: string): URL => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const work = { score: { model: 'rfm', inputs: inputsOf('1997-09-30T00:00:00.000Z'), parameters: {} } };

describe('a thread that computes a model', () => {
  it(
    'answers',
    async () => {
      const answers = thread(
        `import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ measures: [] });`,
      );
      await expect(inThread(work, undefined, { thread: answers })).resolves.toEqual({ measures: [] });
    },
    IN_MS,
  );

  it(
    'ends alone when it needs more memory than it may take',
    async () => {
      const hungry = thread(`const held = []; for (;;) held.push(new Array(100_000).fill({}));`);
      await expect(inThread(work, undefined, { thread: hungry, mostMb: 32 })).rejects.toMatchObject({
        code: 'ERR_WORKER_OUT_OF_MEMORY',
      });
    },
    IN_MS,
  );
});
