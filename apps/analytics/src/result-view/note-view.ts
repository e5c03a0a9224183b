import { currentContext, runInContext } from '@crm/event-sourcing';
import type { Principal, ServiceContext } from '@crm/platform';
import { noteResultView } from './result-view.decider.js';
import type { CampaignResultViewed } from './result-view.events.js';
import { resultViewAggregate, resultViewId } from './result-view.js';

type Viewed = Omit<CampaignResultViewed['data'], 'viewer'>;

/** Hop 12: a person read a result. Machines read without leaving a trace; whatever goes wrong is logged and nobody notices. */
export async function noteView(
  { store, blindIndex, logger }: Pick<ServiceContext, 'store' | 'blindIndex' | 'logger'>,
  { actor }: Pick<Principal, 'actor'>,
  { campaignId, version, loopIds }: Viewed,
): Promise<void> {
  if (!actor.startsWith('user:')) return;
  try {
    const viewer = blindIndex.exact('ref', actor);
    const decide = noteResultView({ campaignId, version, viewer, loopIds });
    const streamId = resultViewId(campaignId, version, viewer);
    // The log must not name the reader either.
    const context = { ...currentContext(), actor: 'system' };
    await runInContext(context, () => store.transact(resultViewAggregate, streamId, decide, { key: campaignId }));
  } catch (error) {
    logger.warn({ err: error, campaignId, version }, 'the view of a result could not be noted');
  }
}
