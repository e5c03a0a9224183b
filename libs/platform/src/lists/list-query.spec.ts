import { describe, expect, it } from '@jest/globals';
import { parseFilter } from './filter-grammar.js';
import { parseListQuery } from './list-query.js';
import type { ListSpec } from './list-spec.js';

const spec: ListSpec = {
  fields: {
    caseId: { column: 'case_id', type: 'uuid' },
    status: { column: 'status', type: 'text', values: ['open', 'closed'] },
    openedAt: { column: 'opened_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-openedAt',
  tieBreaker: 'caseId',
};

const faultOf = (query: Record<string, unknown>): unknown => {
  try {
    parseListQuery(query, spec);
    return undefined;
  } catch (error) {
    const [fault] = (error as { details: { errors: { pointer: string; code: string; detail: string }[] } }).details
      .errors;
    return fault === undefined ? undefined : [fault.pointer, fault.code, fault.detail];
  }
};

describe('a filter', () => {
  it('is a list of conditions', () => {
    expect(parseFilter('status[eq]:open,openedAt[gte]:2026-01-01T00:00:00Z')).toEqual([
      { field: 'status', operator: 'eq', values: ['open'] },
      { field: 'openedAt', operator: 'gte', values: ['2026-01-01T00:00:00Z'] },
    ]);
  });

  it('takes values with commas in quotes', () => {
    expect(parseFilter('a[eq]:"x, \\"y\\"",b[in]:[1,"2,3"],c[in]:"4,5"').map(({ values }) => values)).toEqual([
      ['x, "y"'],
      ['1', '2,3'],
      ['4', '5'],
    ]);
  });

  it.each([
    'status',
    'status[eq]',
    'status[eq]open',
    'status[eq]:"open',
    'a[in]:[1,2',
    'a[eq]:x]',
    'a[eq]:x,',
    '[eq]:x',
  ])('cannot be read as %s', (text) => {
    expect(() => parseFilter(text)).toThrow();
  });
});

describe('a list query', () => {
  it('has a default limit and order with a tie-breaker', () => {
    const { limit, order, count } = parseListQuery({}, spec);
    expect([limit, count, order.map(({ field, descending }) => [field.column, descending])]).toEqual([
      50,
      false,
      [
        ['opened_at', true],
        ['case_id', true],
      ],
    ]);
  });

  it.each([
    [{ limit: '0' }, ['/limit', 'not-allowed', 'The limit is 1 to 200']],
    [{ limit: '201' }, ['/limit', 'not-allowed', 'The limit is 1 to 200']],
    [
      { colour: 'red' },
      ['/colour', 'unknown-field', expect.stringMatching(/^There is no such parameter; there are limit, after, /)],
    ],
    [
      { filter: 'colour[eq]:red' },
      ['/filter', 'unknown-field', expect.stringMatching(/^There is no such field; there are [A-Za-z]+, /)],
    ],
    [
      { filter: 'status[has]:red' },
      ['/filter', 'unknown-operator', expect.stringMatching(/^There is no such operator; there are eq, /)],
    ],
    [{ filter: 'caseId[lt]:red' }, ['/filter', 'unknown-operator', 'The field caseId does not take the operator lt']],
    [
      { filter: 'status[eq]:red' },
      ['/filter', 'wrong-format', 'The field status has a value that is not one of its type'],
    ],
    [
      { filter: 'openedAt[lt]:yesterday' },
      ['/filter', 'wrong-format', 'The field openedAt has a value that is not one of its type'],
    ],
    [
      { filter: 'constructor[eq]:x' },
      ['/filter', 'unknown-field', expect.stringMatching(/^There is no such field; there are [A-Za-z]+, /)],
    ],
    [{ order: 'status' }, ['/order', 'not-allowed', 'The field status cannot be ordered by']],
    [
      { order: 'colour' },
      ['/order', 'unknown-field', expect.stringMatching(/^There is no such field; there are [A-Za-z]+, /)],
    ],
    [{ order: 'openedAt,-openedAt' }, ['/order', 'invalid', 'The field openedAt is named twice']],
    [{ after: 'x' }, ['/after', 'invalid', 'The cursor is not one of this API']],
    [{ count: 'yes' }, ['/count', 'not-allowed', 'The parameter count is true or false']],
  ])('is refused by name: %j', (query, fault) => {
    expect(faultOf(query)).toEqual(fault);
  });

  it('takes parameters of the route', () => {
    expect(() => parseListQuery({ ref: 'x' }, spec, ['ref'])).not.toThrow();
  });
});
