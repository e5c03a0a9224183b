import type { Conversion } from '../campaign/campaign-plan.js';
import type { Match, ResponseRecorded } from '../response/response.events.js';
import { NEGATIVE_KINDS, type ResponseClass } from '../response/response-kinds.js';
import type { ResponseClassified } from './member.events.js';
import type { Member } from './member.js';

/** A response with its member. */
export type MatchedResponse = Omit<ResponseRecorded['data'], 'match'> & { readonly match: Match };

/** What a response is judged by: the window is after `startedAt` up to and including `endsAt`. */
export interface ResponseWindow {
  readonly startedAt: string;
  readonly endsAt: string;
  readonly conversion: Conversion;
  readonly currency: string;
}

type Classified = ResponseClassified['data'];

/**
 * Judges responses of one member by the campaign's rule. A function of the set of the member's responses, whatever their
 * order of arrival: of those in the window that would have the same class, the earliest (by time, then by id) has it and all
 * others are `repeat`. One that was earlier but is heard later takes the class over, and the former first becomes `repeat`.
 */
export const classifyResponses =
  (window: ResponseWindow, matched: readonly MatchedResponse[]) =>
  ({ responses }: Member): readonly ResponseClassified[] => {
    const known = new Map(Object.entries(responses));
    const added = matched
      .filter(({ responseId }) => !known.has(responseId))
      .map((response) => classifiedAlone(window, response));
    const all = [...known.values(), ...added];
    return all
      .map((response) => ({ ...response, class: classAmong(all, response) }))
      .filter((response) => known.get(response.responseId)?.class !== response.class)
      .map((data) => ({ type: 'ResponseClassified', data, occurredAt: data.at, loopId: data.waveId }));
  };

function classifiedAlone(window: ResponseWindow, response: MatchedResponse): Classified {
  const { responseId, partyId, kind, at, amount, undated, match } = response;
  const { campaignId, waveId, arm } = match;
  const inWindow = undated === true || (isAfter(at, window.startedAt) && !isAfter(at, window.endsAt));
  const alone = classAlone(response, inWindow, window);
  // The class is that of what happened; an amount in another currency cannot be added up, which is said.
  const isForeign = amount !== undefined && amount.currency !== window.currency;
  const counts = kind === 'order' && inWindow && amount !== undefined && !isForeign;
  return {
    responseId,
    campaignId,
    waveId,
    partyId,
    arm,
    kind,
    class: alone,
    alone,
    at,
    ...(counts ? { revenue: amount } : {}),
    ...(isForeign ? { problem: 'currency-mismatch' } : {}),
  };
}

function classAlone(
  { kind, at, amount }: MatchedResponse,
  inWindow: boolean,
  window: ResponseWindow,
): Classified['alone'] {
  // Goods that come back are no conversion; their negative amount counts.
  const isReturn = kind === 'order' && amount !== undefined && amount.amountMinor < 0;
  if (NEGATIVE_KINDS.has(kind) || (isReturn && inWindow)) return 'negative';
  if (!inWindow) return isAfter(at, window.startedAt) ? 'late' : 'early';
  return kind === window.conversion ? 'conversion' : 'response';
}

function classAmong(all: readonly Classified[], response: Classified): ResponseClass {
  const { alone } = response;
  if (alone !== 'response' && alone !== 'conversion') return alone;
  return all.some((other) => other.alone === alone && isBefore(other, response)) ? 'repeat' : alone;
}

function isBefore(left: Classified, right: Classified): boolean {
  return isAfter(right.at, left.at) || (!isAfter(left.at, right.at) && left.responseId < right.responseId);
}

function isAfter(left: string, right: string): boolean {
  return Date.parse(left) > Date.parse(right);
}
