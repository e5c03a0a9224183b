import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { computedIn, scoreApart } from '../src/model-run/compute-apart.js';
import { inputsOf } from '../src/model-run/model-inputs.js';
import { clientele } from '../src/spec-kit/model-customers.js';

const COMPILED = pathToFileURL(resolve('apps/analytics/dist/model-run/compute-apart.js')).href;
const { customers } = clientele(60);
const computation = {
  model: 'bg-nbd',
  inputs: inputsOf('1997-09-30T23:59:59.999Z', { customers }),
  parameters: { weeks: 39 },
};

/** Runs a script over the compiled module in a process of its own; it prints JSON. */
async function compiled(script: string): Promise<unknown> {
  const source = `import { computedIn, scoreApart } from '${COMPILED}';
    const computation = ${JSON.stringify(computation)};
    ${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source]);
  return JSON.parse(stdout);
}

describe('a fit beside the event loop', () => {
  it('runs in a thread of its own once it is compiled, and the loop goes on turning', async () => {
    const found = await compiled(`
      let turns = 0;
      const turn = () => { turns += 1; next = setImmediate(turn); };
      let next = setImmediate(turn);
      const scoring = await scoreApart(computation);
      clearImmediate(next);
      console.log(JSON.stringify({ computedIn, turned: turns > 1, scoring }));`);
    const here = JSON.parse(JSON.stringify(await scoreApart(computation))) as unknown;
    expect(found).toEqual({ computedIn: 'worker-thread', turned: true, scoring: here });
  });

  it('says here that it runs in this thread, where only sources are', () => {
    expect(computedIn).toBe('this-thread');
  });

  it('says across threads what the data cannot carry', async () => {
    const found = await compiled(`
      const inputs = { ...computation.inputs, customers: [] };
      const { name, code } = await scoreApart({ ...computation, inputs }).catch((error) => error);
      console.log(JSON.stringify({ name, code }));`);
    expect(found).toEqual({ name: 'ModelDataError', code: 'no-customers' });
    await expect(scoreApart({ ...computation, inputs: inputsOf(computation.inputs.asOf) })).rejects.toMatchObject({
      code: 'no-customers',
    });
  });

  it('passes on other errors, and ends with an aborted run', async () => {
    const found = await compiled(`
      const broken = await scoreApart({ ...computation, model: 'tea-leaves' }).catch((error) => error.message);
      const stopping = new AbortController();
      const stopped = scoreApart(computation, stopping.signal).catch(() => 'stopped');
      stopping.abort();
      console.log(JSON.stringify({ broken, stopped: await stopped }));`);
    expect(found).toEqual({ broken: 'there is no model tea-leaves', stopped: 'stopped' });
  });
});
