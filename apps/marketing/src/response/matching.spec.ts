import { describe, expect, it } from '@jest/globals';
import { treatmentIdOf } from '../treatment/treatment.js';
import { matchOf, type Heard, type Membership } from './matching.js';

const aMembership = (changes: Partial<Membership> = {}): Membership => ({
  campaignId: 'c-1',
  waveId: 'w-1',
  partyId: 'p-1',
  arm: 'treatment',
  startedAt: '2026-03-01T00:00:00.000Z',
  endsAt: '2026-03-31T00:00:00.000Z',
  conversion: 'order',
  codes: ['SPRING'],
  ...changes,
});
const later = aMembership({
  waveId: 'w-2',
  startedAt: '2026-03-10T00:00:00.000Z',
  endsAt: '2026-04-09T00:00:00.000Z',
  codes: ['MAY'],
});
const aHeard = (changes: Partial<Heard> = {}): Heard => ({
  responseId: 'r-1',
  partyId: 'p-1',
  kind: 'visit',
  at: '2026-03-15T00:00:00.000Z',
  isOrder: false,
  ...changes,
});
const waveOf = (heard: Heard, memberships: readonly Membership[]): string | undefined => {
  const match = matchOf(heard, memberships);
  return match === undefined ? undefined : `${match.waveId} ${match.rule}`;
};

describe('a response', () => {
  it('belongs to its treatment before all else, also outside the window', () => {
    const treatmentId = treatmentIdOf('c-1', 'w-1', 'p-1');
    expect(
      waveOf(aHeard({ treatmentId, sourceCode: 'MAY', at: '2027-01-01T00:00:00.000Z' }), [later, aMembership()]),
    ).toBe('w-1 treatment');
  });
  it('belongs to its source code next, the latest wave first', () => {
    expect(waveOf(aHeard({ sourceCode: 'SPRING' }), [later, aMembership()])).toBe('w-1 source-code');
    const repeated = aMembership({ waveId: 'w-3', startedAt: '2026-04-01T00:00:00.000Z' });
    expect(waveOf(aHeard({ sourceCode: 'SPRING' }), [aMembership(), repeated])).toBe('w-3 source-code');
  });
  it('belongs to the latest open window last: after its start, up to and including its end', () => {
    expect(waveOf(aHeard(), [aMembership(), later])).toBe('w-2 window');
    expect(waveOf(aHeard({ at: '2026-03-01T00:00:00.000Z' }), [aMembership()])).toBeUndefined();
    expect(waveOf(aHeard({ at: '2026-03-31T00:00:00.000Z' }), [aMembership()])).toBe('w-1 window');
    expect(waveOf(aHeard({ at: '2026-03-31T00:00:00.001Z' }), [aMembership()])).toBeUndefined();
  });
  it('belongs to the same of two waves that started together, whatever their order', () => {
    const twin = aMembership({ waveId: 'w-9' });
    expect(waveOf(aHeard(), [aMembership(), twin])).toBe(waveOf(aHeard(), [twin, aMembership()]));
  });
  it('belongs to members of the control group as well, who have no treatment', () => {
    const control = aMembership({ arm: 'control' });
    expect(matchOf(aHeard(), [control])).toEqual({ rule: 'window', campaignId: 'c-1', waveId: 'w-1', arm: 'control' });
    expect(
      waveOf(aHeard({ treatmentId: treatmentIdOf('c-1', 'w-1', 'p-1'), at: '2027-01-01T00:00:00.000Z' }), [control]),
    ).toBeUndefined();
  });
  it('belongs to nobody else', () => {
    expect(waveOf(aHeard(), [aMembership({ partyId: 'p-2' })])).toBeUndefined();
  });
});

describe('an order', () => {
  it('is a response where orders are the conversion, and only there', () => {
    const order = aHeard({ kind: 'order', isOrder: true });
    expect(waveOf(order, [aMembership({ conversion: 'visit' })])).toBeUndefined();
    expect(waveOf(order, [aMembership(), { ...later, conversion: 'visit' }])).toBe('w-1 window');
  });
});
