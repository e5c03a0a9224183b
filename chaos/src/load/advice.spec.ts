import { describe, expect, it } from '@jest/globals';
import { pauseBefore } from './advice.js';

describe('a client that follows the advice', () => {
  it.each([429, 502, 503, 504])('tries again after %i', (status) => {
    expect(pauseBefore(1, { status }, 0)).toBe(100);
  });

  it('tries again when nobody answered, after a pause that doubles up to five seconds', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((attempt) => pauseBefore(attempt, { status: 'no answer' }, 1));
    expect(pauses).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('waits as long as it is asked to', () => {
    expect(pauseBefore(1, { status: 503, retryAfterSeconds: 2 }, 0)).toBe(2000);
    expect(pauseBefore(1, { status: 409, retryAfterSeconds: 1 }, 0)).toBe(1000);
  });

  it('tries again with a new token when the old one has expired', () => {
    expect(pauseBefore(1, { status: 401, code: 'token-expired' }, 0)).toBe(100);
    expect(pauseBefore(1, { status: 401, code: 'token-invalid' }, 0)).toBeUndefined();
  });

  it.each([200, 201, 202, 400, 403, 404, 409, 410, 412, 422, 500])('takes %i for an answer', (status) => {
    expect(pauseBefore(1, { status }, 0)).toBeUndefined();
  });
});
