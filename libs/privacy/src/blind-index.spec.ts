import { describe, expect, it } from '@jest/globals';
import { BlindIndex } from './blind-index.js';
import { developmentKeys } from './development-keys.js';
import { normalise } from './normalise.js';

const index = new BlindIndex(developmentKeys('customer-information').indexKey);

const finds = (typed: string, name: string): boolean => {
  const stored = new Set(index.nameTokens(name));
  return index.nameQuery(typed).every((token) => stored.has(token));
};

describe('normalising', () => {
  it.each([
    ['email', ' Ada@Example.COM ', 'ada@example.com'],
    ['phone', '010-1234-5678', '821012345678'],
    ['phone', '+82 10 1234 5678', '821012345678'],
    ['phone', '+82 (0)10-1234-5678', '821012345678'],
    ['phone', '0082-10-1234-5678', '821012345678'],
    ['phone', '82 10 1234 5678', '821012345678'],
    ['phone', '010－1234－5678', '821012345678'],
    ['phone', '02-312-3456', '8223123456'],
    ['phone', '+1 (415) 555-0100', '14155550100'],
    ['phone', '1588-1234', '15881234'],
    ['name', '  Jürgen  GROß ', 'jürgen gross'],
    ['name', '김철수', '김철수'],
    ['ref', ' 00004 ', '00004'],
  ] as const)('%s %j is %j', (kind, value, form) => {
    expect(normalise(kind, value)).toBe(form);
  });

  it('takes composed and decomposed letters as the same', () => {
    expect(normalise('name', '김철수'.normalize('NFD'))).toBe('김철수');
    expect(normalise('email', 'José@example.com'.normalize('NFD'))).toBe('josé@example.com');
  });
});

describe('searching by a blind index', () => {
  it('finds a value in any of its spellings', () => {
    expect(index.exact('phone', '010 1234 5678')).toBe(index.exact('phone', '+82-10-1234-5678'));
    expect(index.exact('email', 'ADA@example.com')).toBe(index.exact('email', 'ada@example.com'));
  });

  it('tells kinds, values and services apart', () => {
    const elsewhere = new BlindIndex(developmentKeys('service').indexKey);
    const tokens = [
      index.exact('ref', '1'),
      index.exact('name', '1'),
      index.exact('ref', '2'),
      elsewhere.exact('ref', '1'),
    ];
    expect(new Set(tokens).size).toBe(4);
  });

  it.each([
    ['ada', 'Ada Lovelace'],
    ['love ad', 'Ada Lovelace'],
    ['김', '김철수'],
    ['김철', '김철수'],
    ['οδοσ', 'Οδός'.normalize('NFD').replace(/\p{M}/gu, '')],
    ['wolfeschlegelsteinhausenbergerdorff', 'Hubert Wolfeschlegelsteinhausen'],
  ])('%j finds %j', (typed, name) => {
    expect(finds(typed, name)).toBe(true);
  });

  it.each([
    ['lace', 'Ada Lovelace'],
    ['ada b', 'Ada Lovelace'],
    ['철수', '김철수'],
  ])('%j does not find %j', (typed, name) => {
    expect(finds(typed, name)).toBe(false);
  });

  it('gives tokens of 16 bytes that hold nothing of the value', () => {
    const tokens = index.nameTokens('Ada Adams');
    expect(tokens).toHaveLength(5);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
