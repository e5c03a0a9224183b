import type { Incarnation } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { BEYOND } from '../feed.js';
import { commonHeads } from './common-positions.js';

const life = (incarnation: string, predecessor: string | null, ...heads: readonly bigint[]): Incarnation => ({
  incarnation,
  predecessor,
  heads,
  at: '2026-01-01T00:00:00.000Z',
});
const first = life('first', null, 0n, 0n, 0n);

describe('what two logs of one source have in common', () => {
  it('is what the restored backup held', () => {
    const history = [first, life('second', 'first', 7n, 0n, 12n)];
    expect(commonHeads(history, 'first')).toEqual({ known: true, heads: [7n, 0n, 12n] });
  });

  it('is what survived every restore in between', () => {
    const history = [
      first,
      life('second', 'first', 7n, 4n, 12n),
      life('third', 'second', 9n, 4n, 20n),
      life('fourth', 'third', 8n, 6n, 11n),
    ];
    expect(commonHeads(history, 'first').heads).toEqual([7n, 4n, 11n]);
    expect(commonHeads(history, 'second').heads).toEqual([8n, 4n, 11n]);
    expect(commonHeads(history, 'third').heads).toEqual([8n, 6n, 11n]);
  });

  it('does not count a log that was given up for an older backup', () => {
    const history = [first, life('third', 'first', 5n, 5n, 5n)];
    expect(commonHeads(history, 'second')).toEqual({ known: false, heads: [0n, 0n, 0n] });
  });

  it('is everything when they are the same', () => {
    expect(commonHeads([first], 'first').heads).toEqual([BEYOND, BEYOND, BEYOND]);
  });
});
