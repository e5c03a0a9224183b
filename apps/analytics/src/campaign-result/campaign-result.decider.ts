import { fingerprintOf } from '@crm/event-sourcing';
import type { CampaignResultComputed, CampaignResultEvent } from './campaign-result.events.js';
import type { CampaignResult } from './campaign-result.js';

export type ComputedResult = Omit<CampaignResultComputed['data'], 'version'>;

/** A new version when there is something new to say, or when somebody asks for one; it is published with that. */
export const recordCampaignResult =
  (computed: ComputedResult) =>
  (state: CampaignResult): readonly CampaignResultEvent[] => {
    if (computed.reason !== 'requested' && saysNothingNew(computed, state)) return [];
    const { campaignId, loops, result } = computed;
    const version = state.version + 1;
    const reason = reasonFor(computed, state);
    const verdicts = result.effects.map(({ arm, metric, effect, interval, verdict }) => ({
      arm,
      metric,
      effect,
      interval,
      verdict,
    }));
    const loop = loops[0] === undefined ? {} : { loopId: loops[0].loopId };
    return [
      { type: 'CampaignResultComputed', data: { ...computed, version, reason }, ...loop },
      { type: 'CampaignResultPublished', data: { campaignId, version, verdicts }, ...loop },
    ];
  };

/** The version of the result that a stream of this many events ends with: each is computed and published in one. */
export function resultVersionOf(streamVersion: number): number {
  return streamVersion / 2;
}

/** Whoever is the first to compute after the close computes the result of the close; all that comes then is late. */
function reasonFor({ reason, closed }: ComputedResult, state: CampaignResult): ComputedResult['reason'] {
  if (reason === 'requested' || !closed) return reason;
  return state.closed ? 'late-facts' : 'closed';
}

/** Whether the newest version was computed from the same facts, on the same side of the close. */
export function saysNothingNew(
  { closed, loops }: Pick<ComputedResult, 'closed' | 'loops'>,
  newest: CampaignResult,
): boolean {
  return newest.version > 0 && newest.closed === closed && fingerprintOf(newest.loops) === fingerprintOf(loops);
}
