import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '@crm/embedded-postgres';
import { keyedRandom } from '@crm/customer-models';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const MAIN = join(process.cwd(), 'apps', 'crm', 'dist', 'main.js');
const KILLS = 10;
const SEED = process.env['CRM_SEED'] ?? String(Date.now());

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the command line; kills it with SIGKILL after a while where asked to. */
function run(args: readonly string[], killAfterMs?: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

describe(`the process is killed at ${String(KILLS)} random moments of the demo (CRM_SEED=${SEED})`, () => {
  let folder: string;
  let dataDir: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-kill-'));
    dataDir = join(folder, 'data');
  });
  afterAll(() => removeEmbeddedPostgres(dataDir));

  it('finishes after the last start, with both loops complete', async () => {
    const random = keyedRandom(SEED, 'kills');
    for (let kill = 0; kill < KILLS; kill++) {
      const { code } = await run(
        ['demo', '--exit', '--data-dir', dataDir, '--port', '0'],
        2_000 + random.uniform() * 12_000,
      );
      expect([null, 0]).toContain(code);
    }
    const json = join(folder, 'demo.json');
    const last = await run(['demo', '--exit', '--data-dir', dataDir, '--port', '0', '--json', json]);
    expect([last.code, last.code === 0 ? '' : last.output]).toEqual([0, '']);
    const { loops } = JSON.parse(await readFile(json, 'utf8')) as { loops: { status: string; reconciles: boolean }[] };
    expect(loops.map(({ status, reconciles }) => [status, reconciles])).toEqual([
      ['complete', true],
      ['complete', true],
    ]);
  });

  it('has kept every invariant, and every acknowledged command', async () => {
    const canaries = join(folder, 'canaries');
    await writeFile(canaries, 'customer-00001@example.org\ncustomer-01234@example.org\nCustomer 00001\n');
    const acknowledgements = join(dataDir, 'acknowledgements.ndjson');
    const { code, output } = await run([
      'verify',
      '--data-dir',
      dataDir,
      '--acks',
      acknowledgements,
      '--canaries',
      canaries,
    ]);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  });
});
