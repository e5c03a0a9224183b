import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readReleased } from '../docs/files.js';
import { jsonSchemaOf, type PublishedSchema } from '../docs/json-schema.js';
import { contracts } from '../registry.js';
import type { JsonSchema } from '../schema-fields.js';
import { brokenPromises } from './released.js';

const TYPE = 'crm.sales.thing-happened.v1';
const record: JsonSchema = { type: 'object', patternProperties: { '^(.*)$': { type: 'integer', minimum: 0 } } };
const fields: Record<string, JsonSchema> = {
  partyId: { type: 'string', format: 'uuid' },
  code: { type: 'string', maxLength: 20 },
  kind: { type: 'string', enum: ['a', 'b'] },
  amount: { type: 'integer', minimum: 0, maximum: 10 },
  tags: { type: 'array', items: { type: 'string', maxLength: 9 }, maxItems: 5 },
  money: {
    type: 'object',
    required: ['currency'],
    properties: { currency: { type: 'string', pattern: '^[A-Z]{3}$' } },
  },
  counts: record,
};
const without = (name: string): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
const published = (
  properties: Record<string, JsonSchema>,
  required: readonly string[] = ['partyId'],
  key = 'partyId',
): PublishedSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: `urn:crm:contract:${TYPE}`,
  title: TYPE,
  description: 'A thing happened.',
  'x-crm-key': key,
  type: 'object',
  required,
  properties,
});
const released = new Map([[TYPE, published(fields)]]);
const broken = (current: PublishedSchema): readonly string[] => brokenPromises(released, new Map([[TYPE, current]]));
const changed = (changes: Record<string, JsonSchema>): readonly string[] =>
  broken(published({ ...fields, ...changes }));
const money = (currency: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['currency'],
  properties: { currency },
});

describe('a change of a released version', () => {
  it('is accepted when it adds an optional field, at any depth', () => {
    const deeper: JsonSchema = {
      ...fields.money,
      properties: { ...fields.money?.properties, exponent: { type: 'integer' } },
    };
    expect(changed({ added: { type: 'string', maxLength: 5 }, money: deeper })).toEqual([]);
  });

  it('is accepted when it widens: values, bounds, a format or a pattern less', () => {
    const wider = {
      kind: { type: 'string', enum: ['a', 'b', 'c'] },
      amount: { type: 'integer' },
      partyId: { type: 'string' },
      money: money({ type: 'string' }),
    };
    expect(changed(wider)).toEqual([]);
  });

  it('is accepted when it says the same in other words', () => {
    expect(changed({ code: { maxLength: 20, description: 'a code', type: 'string' } })).toEqual([]);
  });

  it('names the contract, the place, the change and the way out', () => {
    expect(broken(published(without('code')))).toEqual([
      'crm.sales.thing-happened.v1 /code: removed or renamed field. A released version only gains optional fields: take the change back, ' +
        'or publish the new shape beside the old one as crm.sales.thing-happened.v2 (libs/contracts/src/sales/thing-happened.v2.ts).',
    ]);
  });

  it('is refused when a field is renamed', () => {
    expect(broken(published({ ...without('code'), word: { type: 'string', maxLength: 20 } }))).toEqual([
      expect.stringContaining('/code: removed or renamed field'),
    ]);
  });

  it('is refused when a new field is required, or an old one becomes required or optional', () => {
    expect(broken(published({ ...fields, added: { type: 'integer' } }, ['partyId', 'added']))).toEqual([
      expect.stringContaining('/added: new required field'),
    ]);
    expect(broken(published(fields, ['partyId', 'code']))).toEqual([
      expect.stringContaining('/code: new required field'),
    ]);
    expect(broken(published(fields, []))).toEqual([
      expect.stringContaining('/partyId: required field became optional'),
    ]);
  });

  it.each<[string, Record<string, JsonSchema>, string]>([
    ['a type', { code: { type: 'integer' } }, '/code: changed type'],
    ['a type to one of several', { code: { type: ['string', 'null'], maxLength: 20 } }, '/code: changed type'],
    ['the type of items', { tags: { type: 'array', items: { type: 'integer' } } }, '/tags/*: changed type'],
    [
      'the type of values',
      { counts: { type: 'object', patternProperties: { '^(.*)$': { type: 'string' } } } },
      '/counts/*: changed type',
    ],
    ['a record to an object', { counts: { type: 'object', properties: {} } }, '/counts/*: changed type'],
    [
      'a field to variants',
      { code: { type: 'string', maxLength: 20, anyOf: [{ const: 'x' }] } },
      '/code: changed type',
    ],
    [
      'an object to a closed one',
      { money: { ...fields.money, additionalProperties: false } },
      '/money/*: changed rule for additional fields',
    ],
  ])('is refused when it changes %s', (_, change, fault) => {
    expect(changed(change)).toEqual([expect.stringContaining(fault)]);
  });

  it.each<[string, Record<string, JsonSchema>, string]>([
    ['a list of values', { kind: { type: 'string', enum: ['a'] } }, '/kind: narrowed enum: "b" taken away'],
    ['an open field to values', { code: { type: 'string', maxLength: 20, enum: ['x'] } }, '/code: narrowed enum'],
    ['a format', { partyId: { type: 'string', format: 'date' } }, '/partyId: narrowed format'],
    [
      'an open field to a format',
      { code: { type: 'string', maxLength: 20, format: 'date' } },
      '/code: narrowed format',
    ],
    ['a pattern', { money: money({ type: 'string', pattern: '^[A-Z]{4}$' }) }, '/money/currency: narrowed pattern'],
    ['a lower bound', { amount: { type: 'integer', minimum: 1, maximum: 10 } }, '/amount: narrowed bounds: minimum'],
    ['an upper bound', { amount: { type: 'integer', minimum: 0, maximum: 9 } }, '/amount: narrowed bounds: maximum'],
    ['a length', { code: { type: 'string', maxLength: 19 } }, '/code: narrowed bounds: maxLength'],
    ['an open length', { code: { type: 'string', maxLength: 20, minLength: 1 } }, '/code: narrowed bounds: minLength'],
    ['a number of items', { tags: { ...fields.tags, maxItems: 4 } }, '/tags: narrowed bounds: maxItems'],
  ])('is refused when it narrows %s', (_, change, fault) => {
    expect(changed(change)).toEqual([expect.stringContaining(fault)]);
  });

  it('is refused when it moves to another partition key, which would change the order', () => {
    expect(broken(published(fields, ['partyId'], 'code'))).toEqual([expect.stringContaining('changed partition key')]);
  });

  it('is refused when the contract goes away', () => {
    expect(brokenPromises(released, new Map())).toEqual([expect.stringContaining('removed contract')]);
  });
});

describe('the contracts of today', () => {
  it('keep every promise that was released', () => {
    const frozen = readReleased(join(import.meta.dirname, '../../released'));
    expect(
      brokenPromises(frozen, new Map(contracts.map((contract) => [contract.type, jsonSchemaOf(contract)]))),
    ).toEqual([]);
  });
});
