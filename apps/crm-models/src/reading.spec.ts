import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runVerb } from './spec-kit/run-verb.js';

const GOOD = 'customer,date,value\na,1997-01-01,10\na,1997-01-15,20\n';
const SUMMARY = 'customer,x,t_x,T,zbar,occasions,total,firstDate,lastDate\na,1,2,2,20,2,30,1997-01-01,1997-01-15\n';

const summaryOf = (input: string | readonly Uint8Array[]) => runVerb(['summary'], input);

describe('a file of records', () => {
  it.each([
    ['as it is', GOOD],
    ['with CRLF line ends', GOOD.replaceAll('\n', '\r\n')],
    ['with both kinds of line end', GOOD.replace('\n', '\r\n')],
    ['with a byte order mark', `\uFEFF${GOOD}`],
    ['without a line end after the last record', GOOD.trimEnd()],
    ['with blank lines', `\n${GOOD.replaceAll('\n', '\n \n')}\n`],
    ['with quotes around everything', GOOD.replace(/[^,\n]+/g, '"$&"')],
    ['with quotes and CRLF line ends', GOOD.replace(/[^,\n]+/g, '"$&"').replaceAll('\n', '\r\n')],
    ['with blanks around the cells', GOOD.replaceAll(',', ' , ')],
    [
      'with columns in another order and others beside them',
      'x,value,date,customer\n,10,1997-01-01,a\n1,20,1997-01-15,a',
    ],
  ])('is read %s', async (_, input) => {
    expect(await summaryOf(input)).toEqual({ code: 0, out: SUMMARY, err: '' });
  });

  it('may come in pieces that cut through characters and line ends', async () => {
    const bytes = Buffer.from('customer,date,value\r\n"이, ""수""\n민",1997-01-01,10\r\n');
    const { out } = await summaryOf([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(out.split('\n').slice(1).join('\n')).toBe('"이, ""수""\n민",0,0,0,,1,10,1997-01-01,1997-01-01\n');
  });

  it.each([
    ['is empty', '', 'standard input: is empty; a header line is needed'],
    ['has a header alone', 'customer,date,value\n', 'standard input: no record but the header'],
    [
      'lacks a column',
      'customer,day,value\na,1997-01-01,1\n',
      'standard input:1: the header lacks "date"; it has "customer", "day", "value"',
    ],
    ['names a column twice', 'customer,date,value,date\n', 'standard input:1: the header has column "date" twice'],
    ['has a column without a name', 'customer,date,value,\n', 'standard input:1: column 4 of the header has no name'],
    [
      'has a wrong date',
      'customer,date,value\na,1997-13-01,1\n',
      'standard input:2: column "date": "1997-13-01" is not a date (YYYY-MM-DD)',
    ],
    [
      'has a wrong number',
      'customer,date,value\na,1997-01-01,"1,5"\n',
      'standard input:2: column "value": "1,5" is not a number',
    ],
    ['has an empty cell', 'customer,date,value\n,1997-01-01,1\n', 'standard input:2: column "customer": is empty'],
    ['has a field too few', 'customer,date,value\na,1\n', 'standard input:2: 2 fields where the header has 3'],
    [
      'has a field too many',
      'customer,date,value\na,1997-01-01,1,\n',
      'standard input:2: 4 fields where the header has 3',
    ],
    ['has a quote that does not end', `${GOOD}"b,1997-01-01,1\n`, 'standard input:4: a quoted field does not end'],
    [
      'has text after a quote',
      `${GOOD}"b"c,1997-01-01,1\n`,
      'standard input:4: a quoted field goes on after its closing quote',
    ],
  ])('is refused when it %s', async (_, input, fault) => {
    expect(await summaryOf(input)).toEqual({ code: 1, out: '', err: `crm-models: ${fault}\n` });
  });

  it('counts the lines of quoted fields and blank lines', async () => {
    const { err } = await summaryOf('customer,date,value\n"a\nb",1997-01-01,1\n\nc,1997-01-01,x\n');
    expect(err).toBe('crm-models: standard input:5: column "value": "x" is not a number\n');
  });

  it('has all its faults named, up to ten', async () => {
    const { err } = await summaryOf(`customer,date,value\n${'a,1,x\n'.repeat(9)}`);
    const lines = err.trim().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[1]).toBe('crm-models: standard input:2: column "value": "x" is not a number');
    expect(lines[10]).toBe('crm-models: further faults are not looked for');
  });

  it('is refused when it is not UTF-8', async () => {
    const { code, err } = await summaryOf([Uint8Array.of(0x61, 0xff, 0x0a)]);
    expect([code, err]).toEqual([1, 'crm-models: standard input:1: is not UTF-8 text\n']);
  });

  it('is refused with the line that is not UTF-8, after the faults of the lines before', async () => {
    const bytes = Buffer.from('customer,date,value\na,1997-01-01,x\nM\u00FCller,1997-01-01,1\n', 'latin1');
    const faults =
      'crm-models: standard input:2: column "value": "x" is not a number\n' +
      'crm-models: standard input:3: is not UTF-8 text\n';
    expect(await summaryOf([bytes])).toEqual({ code: 1, out: '', err: faults });
    expect(await summaryOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual({ code: 1, out: '', err: faults });
  });

  it.each([
    ['ends within a character', '\nc,1997-01-01,1\n\xC3'],
    ['is none in a quoted field', '\n"c\n\xFC'],
  ])('is refused when it %s', async (_, end) => {
    const bytes = Buffer.from(`customer,date,value\na,1997-01-01,1${end}`, 'latin1');
    expect(await summaryOf([bytes])).toMatchObject({
      code: 1,
      err: 'crm-models: standard input:4: is not UTF-8 text\n',
    });
  });

  it('has the faults before a broken quote named too', async () => {
    const { err } = await summaryOf('customer,date,value\na,1997-01-01,x\n"b"c,1997-01-01,1\n');
    expect(err).toBe(
      'crm-models: standard input:2: column "value": "x" is not a number\n' +
        'crm-models: standard input:3: a quoted field goes on after its closing quote\n',
    );
  });

  it.each([1, 100_000])('is refused when its lines end with CR alone', async (times) => {
    const { code, err } = await summaryOf(GOOD.repeat(times).replaceAll('\n', '\r'));
    expect([code, err]).toEqual([
      1,
      'crm-models: standard input: lines end with CR alone; they must end with LF or with CR LF\n',
    ]);
  });

  it('may have names with line ends, which are written as escapes', async () => {
    const { err } = await summaryOf('customer,"date\nof it",value\na,1,1\n');
    expect(err).toBe(
      String.raw`crm-models: standard input:1: the header lacks "date"; it has "customer", "date\nof it", "value"`.concat(
        '\n',
      ),
    );
  });

  it('has numbers whose squares are numbers too', async () => {
    const { code, err } = await runVerb(['k-means', '--k', '2'], 'a\n1e300\n1\n2\n');
    expect([code, err]).toEqual([1, 'crm-models: standard input:2: column "a": "1e300" is beyond 1e+60\n']);
  });

  it('has counts that a number holds exactly', async () => {
    const { err } = await runVerb(['sbg'], 'period,active\n0,9007199254740993\n');
    expect(err).toBe('crm-models: standard input:2: column "active": "9007199254740993" is too large to be exact\n');
  });

  it('has no negative value where there can be none', async () => {
    const { code, err } = await runVerb(['bg-nbd'], 'x,t_x,T\n1,-2,3\n');
    expect([code, err]).toEqual([1, 'crm-models: standard input:2: column "t_x": "-2" is negative\n']);
  });

  it('is a number of whole occasions where it must be one', async () => {
    const { err } = await runVerb(['bg-nbd'], 'x,t_x,T\n1.5,2,3\n');
    expect(err).toBe('crm-models: standard input:2: column "x": "1.5" is not a whole number\n');
  });
});

describe('files by name', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'crm-models-'));
    writeFileSync(join(folder, 'first.csv'), 'customer,date,value\na,1997-01-01,10\n');
    writeFileSync(join(folder, 'second.csv'), 'value,customer,date\n20,a,1997-01-15\n');
    writeFileSync(join(folder, 'members.csv'), 'arm,response,revenue\na,1,5\nb,0,0\n');
    writeFileSync(join(folder, 'short.csv'), 'arm,response\na,1\nb,0\n');
    writeFileSync(join(folder, 'bad.csv'), 'value,customer,date\n20,a,yesterday\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const named = (...names: readonly string[]) => names.map((name) => join(folder, name));

  it('are read as one, each with its own header', async () => {
    const { out } = await runVerb(['summary', '--input', ...named('first.csv', 'second.csv')]);
    expect(out).toBe(SUMMARY);
  });

  it('go together with standard input', async () => {
    const input = 'customer,date,value\na,1997-01-15,20\n';
    expect((await runVerb(['summary', '--input', ...named('first.csv'), '-'], input)).out).toBe(SUMMARY);
  });

  it('are named with line and column when one is at fault', async () => {
    const [first = '', bad = ''] = named('first.csv', 'bad.csv');
    const { code, err } = await runVerb(['summary', '--input', first, bad]);
    expect([code, err]).toEqual([1, `crm-models: ${bad}:2: column "date": "yesterday" is not a date (YYYY-MM-DD)\n`]);
  });

  it('are refused when one lacks a column that the others have', async () => {
    const [members = '', short = ''] = named('members.csv', 'short.csv');
    const refused = (files: readonly string[], text: string) =>
      expect(runVerb(['campaign-result', '--control', 'b', '--input', ...files])).resolves.toEqual({
        code: 1,
        out: '',
        err: `crm-models: ${text}\n`,
      });
    await refused([members, short], `${short}:1: the header lacks "revenue", which the file before has`);
    await refused([short, members], `${members}:1: the header has "revenue", which the file before lacks`);
  });

  it('are named once, and by a name', async () => {
    const [first = ''] = named('first.csv');
    const refused = (files: readonly string[], text: string) =>
      expect(runVerb(['summary', '--input', ...files])).resolves.toEqual({
        code: 2,
        out: '',
        err: `crm-models: ${text}\n`,
      });
    await refused([''], '--input has a name that is empty');
    await refused(['-', '-'], '--input has standard input twice');
    await refused([first, join(folder, '.', 'first.csv')], `--input has ${first} twice`);
  });

  it('are refused when they do not exist or are folders', async () => {
    const [missing = ''] = named('missing.csv');
    expect(await runVerb(['summary', '--input', missing])).toMatchObject({
      code: 1,
      err: `crm-models: ${missing}: there is no such file\n`,
    });
    expect(await runVerb(['summary', '--input', folder])).toMatchObject({
      code: 1,
      err: `crm-models: ${folder}: is a folder\n`,
    });
  });
});

describe('a column by another name', () => {
  it('is mapped to what the verb calls it', async () => {
    const input = GOOD.replace('customer', 'Customer ID');
    expect((await runVerb(['summary', '--map', 'customer=Customer ID'], input)).out).toBe(SUMMARY);
  });

  it('must be there', async () => {
    const { code, err } = await runVerb(['summary', '--map', 'customer=client'], GOOD);
    expect([code, err]).toEqual([1, 'crm-models: standard input:1: the header lacks "client", which --map names\n']);
  });
});
