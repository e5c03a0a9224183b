import { describe, expect, it } from '@jest/globals';
import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { moneySchema } from '../http/money.js';
import { exactlyOneParty, itemSchema, partyFields, timestampSchema } from './item-schema.js';
import { linesOf } from './lines.js';
import { CsvReader, NdjsonReader, type ImportRecord, type RecordReader } from './records.js';

const schema = Type.Object(
  {
    name: Type.String(),
    quantity: Type.Optional(Type.Integer()),
    gift: Type.Optional(Type.Boolean()),
    total: Type.Optional(Type.Object({ amountMinor: Type.Integer(), currency: Type.String() })),
    lines: Type.Optional(Type.Array(Type.Object({ sku: Type.String() }))),
  },
  { additionalProperties: false },
);

async function* bytes(content: Buffer, size: number): AsyncGenerator<Buffer> {
  await Promise.resolve();
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

const recordsOf = async (
  reader: RecordReader,
  content: string | Buffer,
  size = 7,
  maxBytes = 200,
): Promise<readonly ImportRecord[]> => {
  const records: ImportRecord[] = [];
  for await (const lines of linesOf(bytes(Buffer.from(content), size), maxBytes)) records.push(...reader.read(lines));
  return [...records, ...reader.end()];
};

const csv = (content: string | Buffer, size?: number): Promise<readonly ImportRecord[]> =>
  recordsOf(new CsvReader(schema), content, size);
const ndjson = (content: string | Buffer, size?: number): Promise<readonly ImportRecord[]> =>
  recordsOf(new NdjsonReader(), content, size);

describe('NDJSON', () => {
  it('is one object a line, with or without a last line end, byte order mark and CRLF', async () => {
    expect(await ndjson('\uFEFF{"a":1}\r\n\r\n{"a":"김"}')).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 3, value: { a: '김' } },
    ]);
  });

  it('keeps broken lines to themselves', async () => {
    const broken = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":\n[1]\n"x"\n'),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(`{"a":"${'x'.repeat(300)}"}\n{"a":2}\n`),
    ]);
    expect(await ndjson(broken)).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 2, fault: 'malformed-json' },
      { line: 3, fault: 'malformed-json' },
      { line: 4, fault: 'malformed-json' },
      { line: 5, fault: 'invalid-utf8' },
      { line: 6, fault: 'line-too-long' },
      { line: 7, value: { a: 2 } },
    ]);
  });

  it('reads the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a: fc.string({ unit: 'binary', maxLength: 20 }) })),
        fc.integer({ min: 1, max: 50 }),
        async (values, size) => {
          const text = values.map((value) => JSON.stringify(value)).join('\n');
          expect(await ndjson(text, size)).toEqual(values.map((value, index) => ({ line: index + 1, value })));
        },
      ),
    );
  });
});

describe('CSV', () => {
  it('coerces cells to the schema’s types, nests dotted names, and leaves empty cells out', async () => {
    expect(
      await csv(
        'name,quantity,gift,total.amountMinor,total.currency,lines.0.sku,lines.1.sku\r\nKim,2,true,500,KRW,a,b\r\nLee,,,,,,c\r\n',
      ),
    ).toEqual([
      {
        line: 2,
        value: {
          name: 'Kim',
          quantity: 2,
          gift: true,
          total: { amountMinor: 500, currency: 'KRW' },
          lines: [{ sku: 'a' }, { sku: 'b' }],
        },
      },
      { line: 3, value: { name: 'Lee', lines: [{ sku: 'c' }] } },
    ]);
  });

  it('takes quoted commas, quotes and line ends; lines count from where a record begins', async () => {
    expect(await csv('name\n"a,b"\n"say ""x"""\n"two\nlines"\nlast')).toEqual([
      { line: 2, value: { name: 'a,b' } },
      { line: 3, value: { name: 'say "x"' } },
      { line: 4, value: { name: 'two\nlines' } },
      { line: 6, value: { name: 'last' } },
    ]);
  });

  it('leaves what is no number as it is, so that the item’s check names it', async () => {
    expect(await csv('name,quantity\nKim,two\n')).toEqual([{ line: 2, value: { name: 'Kim', quantity: 'two' } }]);
  });

  it('loses only the line of a quote that never closes, stands wrong, or has other cells', async () => {
    expect(await csv('name,quantity\n"open,1\nKim,2\nL"ee,3\n"Park"x,4\nChoi\nHan,5,6\nYun,7\n')).toEqual([
      { line: 2, fault: 'malformed-csv' },
      { line: 3, value: { name: 'Kim', quantity: 2 } },
      { line: 4, fault: 'malformed-csv' },
      { line: 5, fault: 'malformed-csv' },
      { line: 6, fault: 'csv-field-count' },
      { line: 7, fault: 'csv-field-count' },
      { line: 8, value: { name: 'Yun', quantity: 7 } },
    ]);
  });

  it.each([
    ['', 'is missing'],
    ['name,colour\n', 'names an unknown field'],
    ['name,name\n', 'repeats a field'],
    ['name,__proto__.x\n', 'names a prototype'],
    ['total\n', 'names an object'],
    ['"name\n', 'is broken'],
  ])('is refused when its header %j %s', async (content) => {
    await expect(csv(content)).rejects.toMatchObject({ code: 'csv-header-invalid' });
  });

  it('reads back any text that was quoted, however the bytes are cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', '김', "'"), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { maxLength: 10 }), fc.integer({ min: 1, max: 40 }), async (cells, size) => {
        const text = ['name', ...cells.map((one) => `"${one.replaceAll('"', '""')}"`)].join('\n');
        const values = (await csv(text, size)).map((record) => ('value' in record ? record.value : record.fault));
        expect(values).toEqual(cells.map((name) => ({ name })));
      }),
    );
  });
});

describe('an item', () => {
  const items = itemSchema(
    Type.Object(
      {
        ...partyFields,
        at: timestampSchema({ notInFuture: true }),
        total: Type.Optional(moneySchema),
        kind: Type.Optional(Type.Union([Type.Literal('order'), Type.Literal('return')])),
        tags: Type.Optional(Type.Array(Type.String({ maxLength: 3 }), { maxItems: 2 })),
      },
      { additionalProperties: false, ...exactlyOneParty },
    ),
  );
  const good = { partyRef: 'cdnow:1', at: '1997-01-01T00:00:00+09:00' };

  it('may name its party either way; UUIDs become lower case', () => {
    expect(items.faultOf(good)).toBeUndefined();
    const item = { partyId: '0193A0F0-0000-7000-8000-00000000000C', at: good.at };
    expect(items.faultOf(item)).toBeUndefined();
    expect(item.partyId).toBe('0193a0f0-0000-7000-8000-00000000000c');
  });

  it.each([
    [{ at: good.at }, '', 'exactly-one'],
    [{ ...good, partyId: '0193a0f0-0000-7000-8000-00000000000c' }, '', 'exactly-one'],
    [{ partyRef: 'cdnow:1' }, '/at', 'required'],
    [{ ...good, at: '2026-02-30T00:00:00Z' }, '/at', 'wrong-format'],
    [{ ...good, at: '2026-01-01T00:00:00' }, '/at', 'wrong-format'],
    [{ ...good, at: '2999-01-01T00:00:00Z' }, '/at', 'occurred-at-in-future'],
    [{ ...good, at: 5 }, '/at', 'wrong-type'],
    [{ ...good, kind: 'gift' }, '/kind', 'not-allowed'],
    [{ ...good, total: { amountMinor: 1.5, currency: 'KRW' } }, '/total/amountMinor', 'wrong-type'],
    [{ ...good, total: { amountMinor: 1, currency: 'WON' } }, '/total/currency', 'unknown-currency'],
    [{ ...good, total: { amountMinor: 2 ** 60, currency: 'KRW' } }, '/total/amountMinor', 'too-big'],
    [{ ...good, tags: ['long'] }, '/tags/0', 'too-long'],
    [{ ...good, tags: ['a', 'b', 'c'] }, '/tags', 'too-long'],
    [{ ...good, colour: 'red' }, '/colour', 'unknown-field'],
    [{ ...good, 'kim@example.com': 1 }, '', 'unknown-field'],
    [null, '', 'wrong-type'],
  ])('at fault: %j → %s %s', (item, pointer, code) => {
    expect(items.faultOf(item)).toEqual({ pointer, code });
  });
});
