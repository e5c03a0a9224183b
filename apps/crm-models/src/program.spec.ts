import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runVerb } from './spec-kit/run-verb.js';
import { VERBS } from './verbs.js';

const bin = fileURLToPath(new URL('../bin/crm-models.js', import.meta.url));
const built = existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)));

describe('the command line', () => {
  it.each([
    ['an unknown verb', ['nope'], "unknown command 'nope'"],
    ['an unknown option', ['summary', '--nope'], "unknown option '--nope'"],
    ['a wrong number', ['bg-nbd', '--predict', 'soon'], '"soon" is not a number'],
    ['a number out of range', ['bg-nbd', '--predict', '-1'], '-1 is less than 0'],
    ['a wrong date', ['summary', '--calibration-end', '1997-02-30'], '"1997-02-30" is not a date (YYYY-MM-DD)'],
    ['a wrong choice', ['rfm', '--scheme', 'best'], '"best" is none of value-edges, rank-tiles'],
    ['a hexadecimal number', ['bg-nbd', '--predict', '0x2'], '"0x2" is not a number'],
    ['a number that is not exact', ['k-means', '--k', '2', '--seed', '1e300'], '1e300 is too large to be exact'],
    ['a margin above 1', ['lifetime-value', '--margin', '2'], '2 is more than 1'],
    ['periods of centuries', ['drift', '--split', '2025-01-01', '--days', '36501'], '36501 is more than 36500'],
    ['an empty name', ['profitability', '--rules', ''], 'a name is empty'],
    ['an empty name in a list', ['k-means', '--k', '2', '--columns', 'a,,b'], 'a name is empty'],
    ['a name twice', ['k-means', '--k', '2', '--columns', 'a,b,a'], '"a" is there twice'],
    ['a missing option', ['campaign-result'], "required option '--control <name>' not specified"],
    ['a wrong map', ['summary', '--map', 'customer'], '--map takes column=name, not customer'],
    ['no verb', [], 'Usage: crm-models'],
  ])('is refused with exit code 2 for %s', async (_, args, text) => {
    const { code, out, err } = await runVerb(args, 'customer,date,value\na,1997-01-01,1\n');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });

  it('is refused with exit code 2 for classes in the wrong order', async () => {
    expect(await runVerb(['abc', '--a', '.9', '--b', '.5'], 'item,revenue\na,1\n')).toEqual({
      code: 2,
      out: '',
      err: 'crm-models: --a 0.9 is more than --b 0.5\n',
    });
  });

  it('gives the code and message of what the models refuse', async () => {
    const { code, err } = await runVerb(['bg-nbd'], 'x,t_x,T\n0,0,3\n');
    expect(code).toBe(1);
    expect(err).toMatch(/^crm-models: no-repeat-buyers: /);
  });

  it.each(VERBS.map((verb) => [verb.name, verb] as const))('says all about %s in its help', async (name, verb) => {
    const { code, out } = await runVerb([name, '--help']);
    expect(code).toBe(0);
    for (const word of [...Object.keys(verb.columns), ...Object.keys(verb.keys), verb.example.split('\n')[0] ?? ''])
      expect(out).toContain(word);
  });
});

const onLinux = process.platform === 'linux';

(built ? describe : describe.skip)('the built command (skipped before the build)', () => {
  const spawned = (args: readonly string[], input: string) =>
    spawnSync(process.execPath, [bin, ...args], { input, encoding: 'utf8' });

  it('reads a pipe and writes a pipe', () => {
    const { status, stdout, stderr } = spawned(['summary', '--json'], 'customer,date,value\na,1997-01-01,1\n');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ lines: 1, summary: [{ customer: 'a', x: 0, zbar: null }] });
  });

  it('fits Pareto/NBD on the sample, as the guide has it', () => {
    const sample = fileURLToPath(new URL('../../../samples/models/purchases.csv', import.meta.url));
    const summary = spawned(['summary', '--input', sample, '--calibration-end', '2025-09-30'], '').stdout;
    const { status, stdout } = spawned(['pareto-nbd', '--predict', '39'], summary);
    expect(status).toBe(0);
    expect(stdout.split('\n')).toHaveLength(summary.split('\n').length);
  });

  (onLinux ? it : it.skip).each([
    ['a folder on standard input', '< /', 'standard input: cannot be read: illegal operation on a directory'],
    ['a full disk', '> /dev/full', 'standard output: cannot be written: no space left on device'],
    ['a file that cannot be read', '--input /proc/self/mem', '/proc/self/mem: cannot be read: i/o error'],
  ])('says in one line what the system refused: %s', (_, redirected, text) => {
    const input = 'customer,date,value\na,1997-01-01,1\n';
    const command = `${process.execPath} ${bin} summary ${redirected}`;
    const { status, stderr } = spawnSync('/bin/sh', ['-c', command], { input, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, `crm-models: ${text}\n`]);
  });

  it('ends with its exit code when nobody reads standard error', () => {
    const command = `exec 4>&1; { sleep 1; ${process.execPath} ${bin} bg-nbd; echo $? >&4; } 2>&1 | true`;
    const { stdout } = spawnSync('/bin/sh', ['-c', command], { input: 'x,t_x,T\n1,x,2\n', encoding: 'utf8' });
    expect(stdout).toBe('1\n');
  });

  it('ends with 1 for data and with 2 for usage', () => {
    expect(spawned(['summary'], '').status).toBe(1);
    expect(spawned(['summary', '--nope'], '').status).toBe(2);
  });
});
