import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { contentHashOf, sift } from './freeze-members.js';

const member = (partyId: string) => ({ partyId, values: {} });

describe('members of a list', () => {
  it('drop out for the first reason that applies, and the limit counts those who stay', () => {
    const { kept, suppressed } = sift(['a', 'b', 'c', 'd', 'e'].map(member), {
      erased: new Set(['a']),
      running: new Set(['a', 'c']),
      limit: 2,
    });
    expect(kept.map(({ partyId }) => partyId)).toEqual(['b', 'd']);
    expect(suppressed).toEqual({ 'party-erased': 1, 'in-running-wave': 1, 'over-limit': 1 });
  });

  it('are hashed by rank and party', () => {
    const members = [
      { rank: 1, partyId: 'b' },
      { rank: 2, partyId: 'a' },
    ];
    expect(contentHashOf(members)).toBe(createHash('sha256').update('1 b\n2 a\n').digest('hex'));
    expect(contentHashOf([...members].reverse())).not.toBe(contentHashOf(members));
  });
});
