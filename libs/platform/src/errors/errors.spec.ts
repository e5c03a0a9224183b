import { describe, expect, it } from '@jest/globals';
import { CommandIdReused, ConcurrencyConflict, KeyErased, Rejected, StoreUnavailable } from '@crm/event-sourcing';
import { generateErrorsDoc } from './errors-doc.js';
import { defineProblems } from './problem-codes.js';
import { problemOf } from './problem.js';

const answer = (error: unknown, conditional = false): unknown => {
  const { problem, retryAfter } = problemOf(error, conditional);
  return [problem.status, problem.code, retryAfter];
};

describe('a problem', () => {
  it('has the status of its refusal, of the register, or 409', () => {
    defineProblems({
      'case-resolved': { status: 422, title: 'The case is resolved', when: 'A resolved case is to be changed' },
    });
    expect(answer(new Rejected('case-resolved', 'It is'))).toEqual([422, 'case-resolved', undefined]);
    expect(answer(new Rejected('case-resolved', 'It is', { status: 403 }))).toEqual([403, 'case-resolved', undefined]);
    expect(answer(new Rejected('case-odd', 'It is'))).toEqual([409, 'case-odd', undefined]);
    expect(answer(new KeyErased('x'))).toEqual([410, 'party-erased', undefined]);
    expect(answer(new StoreUnavailable('busy'))).toEqual([503, 'store-unavailable', 1]);
  });

  it('tells a stale version from a crowd', () => {
    expect(answer(new ConcurrencyConflict('s', 1, 2), true)).toEqual([412, 'version-stale', undefined]);
    expect(answer(new ConcurrencyConflict('s', 1, 2), false)).toEqual([409, 'conflict', 1]);
    expect(answer(new CommandIdReused('c'))).toEqual([422, 'idempotency-key-reused', undefined]);
  });

  it.each([{ code: 'ECONNRESET' }, { code: '57P01' }, { code: '53300' }])(
    'is no fault of the request when the database cannot be reached: %j',
    (clue) => {
      const lost = Object.assign(new Error('lost'), clue);
      expect(answer(lost)).toEqual([503, 'store-unavailable', 1]);
      expect(problemOf(lost).unexpected).toBe(lost);
    },
  );

  it('says nothing of an error that nobody expected', () => {
    const { problem, unexpected } = problemOf(new Error('secret'));
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(unexpected).toBeInstanceOf(Error);
  });

  it('cannot be overridden by further members', () => {
    const error = new Rejected('scope-missing', 'No', { extensions: { scope: 'orders:read', status: 200, code: 'x' } });
    expect(problemOf(error).problem).toMatchObject({ status: 403, code: 'scope-missing', scope: 'orders:read' });
  });
});

describe('the register of problems', () => {
  it('is the page on errors', () => {
    const page = generateErrorsDoc();
    expect(page).toContain('| `version-stale` | 412 | The version is stale |');
    expect(page).toContain('| `occurred-at-in-future` |');
  });

  it('refuses a code of another form, or one that means two things', () => {
    const spec = { status: 409, title: 'Taken', when: 'x' };
    expect(() => defineProblems({ notKebab: spec })).toThrow('kebab');
    defineProblems({ 'name-taken': spec });
    expect(() => defineProblems({ 'name-taken': { ...spec, status: 400 } })).toThrow('twice');
  });
});
