import { fold } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifyResponses, type MatchedResponse } from './member.decider.js';
import { memberAggregate, type Member } from './member.js';

const given = deciderSpec(memberAggregate);
const window = {
  startedAt: '2026-03-01T00:00:00.000Z',
  endsAt: '2026-03-31T00:00:00.000Z',
  conversion: 'order' as const,
  currency: 'USD',
};
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const aResponse = (changes: Partial<MatchedResponse> = {}): MatchedResponse => ({
  responseId: 'r-1',
  partyId: 'p-1',
  kind: 'visit',
  at: '2026-03-02T00:00:00.000Z',
  match: { rule: 'window', campaignId: 'c-1', waveId: 'w-1', arm: 'a' },
  ...changes,
});
const classesAfter = (...rounds: readonly (readonly MatchedResponse[])[]): Record<string, string> => {
  let state: Member = memberAggregate.initial;
  for (const round of rounds) state = fold(memberAggregate, classifyResponses(window, round)(state), state);
  return Object.fromEntries(
    Object.entries(state.responses).map(([id, { class: is, revenue }]) => [
      id,
      `${is} ${String(revenue?.amountMinor ?? '-')}`,
    ]),
  );
};

describe('classify a response', () => {
  it('is told from the conversion, in the window of its member', () => {
    expect(classesAfter([aResponse()])).toEqual({ 'r-1': 'response -' });
    expect(classesAfter([aResponse({ kind: 'order', amount: usd(500) })])).toEqual({ 'r-1': 'conversion 500' });
  });
  it('is early or late outside the window, and does not count', () => {
    expect(classesAfter([aResponse({ at: window.startedAt, kind: 'order', amount: usd(5) })])).toEqual({
      'r-1': 'early -',
    });
    expect(classesAfter([aResponse({ at: '2026-03-31T00:00:00.001Z', kind: 'order', amount: usd(5) })])).toEqual({
      'r-1': 'late -',
    });
    expect(classesAfter([aResponse({ at: window.endsAt })])).toEqual({ 'r-1': 'response -' });
  });
  it('counts as in the window when nothing says when it was', () => {
    expect(classesAfter([aResponse({ at: window.startedAt, undated: true })])).toEqual({ 'r-1': 'response -' });
  });
  it('is negative when it says no, whenever it was', () => {
    for (const kind of ['declined', 'unsubscribed', 'bounced', 'complained'] as const)
      expect(classesAfter([aResponse({ kind, at: '2027-01-01T00:00:00.000Z' })])).toEqual({ 'r-1': 'negative -' });
  });
  it('takes a return for no conversion, and its amount off the revenue', () => {
    expect(classesAfter([aResponse({ kind: 'order', amount: usd(-300) })])).toEqual({ 'r-1': 'negative -300' });
    expect(classesAfter([aResponse({ kind: 'order', amount: usd(-300), at: '2027-01-01T00:00:00.000Z' })])).toEqual({
      'r-1': 'late -',
    });
  });
  it('does not add up other currencies, and says so', () => {
    const foreign = aResponse({ kind: 'order', amount: { amountMinor: 5, currency: 'KRW' } });
    const [event] = classifyResponses(window, [foreign])(memberAggregate.initial);
    expect(event?.data).toMatchObject({ class: 'conversion', problem: 'currency-mismatch' });
    expect(event?.data).not.toHaveProperty('revenue');
    expect(classesAfter([aResponse({ kind: 'order', amount: { amountMinor: 5, currency: 'KRW' } })])).toEqual({
      'r-1': 'conversion -',
    });
    expect(classesAfter([aResponse({ kind: 'order' })])).toEqual({ 'r-1': 'conversion -' });
  });
  it('is a repeat when the member has the class, and still counts for revenue', () => {
    const first = aResponse({ kind: 'order', amount: usd(1) });
    const second = aResponse({ responseId: 'r-2', kind: 'order', amount: usd(2), at: '2026-03-03T00:00:00.000Z' });
    expect(classesAfter([first], [second, aResponse({ responseId: 'r-3' })])).toEqual({
      'r-1': 'conversion 1',
      'r-2': 'repeat 2',
      'r-3': 'response -',
    });
    expect(classesAfter([second], [first])).toEqual({ 'r-1': 'conversion 1', 'r-2': 'repeat 2' });
  });
  it('changes nothing when the same response comes again', () => {
    const response = aResponse();
    given(...classifyResponses(window, [response])(memberAggregate.initial))
      .when(classifyResponses(window, [response]))
      .emitsNothing();
  });
  it('ends the same whatever the order of arrival', () => {
    const responses = fc.uniqueArray(
      fc.record({
        responseId: fc.integer({ min: 1, max: 20 }).map((number) => `r-${String(number)}`),
        day: fc.integer({ min: 1, max: 40 }),
        kind: fc.constantFrom('visit' as const, 'order' as const, 'declined' as const),
      }),
      { selector: ({ responseId }) => responseId, maxLength: 8 },
    );
    const atDay = (day: number): string =>
      new Date(Date.parse(window.startedAt) + (day - 3) * 86_400_000).toISOString();
    const shuffled = responses.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const toResponse = ({ responseId, day, kind }: (typeof list)[number]): MatchedResponse =>
          aResponse({ responseId, kind, at: atDay(day) });
        expect(classesAfter(...other.map((one) => [toResponse(one)]))).toEqual(classesAfter(list.map(toResponse)));
      }),
      { seed: 3 },
    );
  });
});
