import type { FeedEvent, Projection } from '@crm/messaging';
import { writeCampaigns } from './campaign-rows.js';
import type { LoopEvent, Of } from './loop-events.js';
import { writeLists, writeSnapshots, writeWaves } from './loop-rows.js';
import { writeAssigned, writeDelivered, writeLoaded, writeSettled } from './member-rows.js';
import { writeClassified, writeContacts, writeHeard, writeRecorded } from './response-rows.js';
import { writeFacts, writeProjected, writeResults } from './result-rows.js';

const OWN = [
  'MartRefreshed',
  'ModelRunCompleted',
  'TargetListDefined',
  'TargetListFrozen',
  'TargetListChunkDelivered',
  'TargetListDelivered',
  'ResponseProjected',
  'CampaignResultComputed',
  'CampaignResultPublished',
  'CampaignResultViewed',
] as const;
const CAMPAIGNS = [
  'crm.marketing.campaign-planned.v1',
  'crm.marketing.campaign-changed.v1',
  'crm.marketing.campaign-approved.v1',
  'crm.marketing.campaign-paused.v1',
  'crm.marketing.campaign-resumed.v1',
  'crm.marketing.campaign-closed.v1',
] as const;
const TREATMENTS = [
  'crm.marketing.treatment-presented.v1',
  'crm.marketing.treatment-skipped.v1',
  'crm.marketing.treatment-undetermined.v1',
] as const;
/** What a result is computed from. */
export const FACTS = [
  'crm.marketing.wave-chunk-loaded.v1',
  'crm.marketing.treatment-presented.v1',
  'crm.marketing.treatment-undetermined.v1',
  'crm.marketing.response-classified.v1',
] as const;
const MARKETING = [
  ...CAMPAIGNS,
  'crm.marketing.wave-chunk-loaded.v1',
  'crm.marketing.wave-loaded.v1',
  'crm.marketing.wave-completed.v1',
  'crm.marketing.treatment-assigned.v1',
  ...TREATMENTS,
  'crm.marketing.response-received.v1',
  'crm.marketing.response-recorded.v1',
  'crm.marketing.response-classified.v1',
] as const;

/** Where does every loop stand, who is in it, and what came of it? Rows only: whatever came first, the same rows come out. */
export const loopsProjection: Projection<LoopEvent> = {
  name: 'loops',
  sources: [
    { service: 'analytics', types: OWN },
    { service: 'marketing', types: MARKETING },
    { service: 'sales', types: ['crm.sales.order-placed.v1', 'crm.sales.response-received.v1'] },
    { service: 'service', types: ['crm.service.response-received.v1', 'crm.service.contact-made.v1'] },
  ],
  tables: [
    'campaign',
    'loop_refresh',
    'loop_run',
    'loop',
    'loop_member',
    'loop_response',
    'heard_response',
    'outbound_contact',
    'loop_fact',
    'loop_projected',
    'campaign_result',
    'result_publication',
    'result_view',
  ],
  async apply(tx, events) {
    const of = selector(events);
    await writeCampaigns(tx, of(...CAMPAIGNS));
    await writeSnapshots(tx, of('MartRefreshed'), of('ModelRunCompleted'));
    await writeLists(tx, of('TargetListDefined', 'TargetListFrozen', 'TargetListDelivered'));
    await writeDelivered(tx, of('TargetListChunkDelivered'));
    await writeWaves(
      tx,
      of('crm.marketing.wave-chunk-loaded.v1'),
      of('crm.marketing.wave-loaded.v1', 'crm.marketing.wave-completed.v1'),
    );
    await writeLoaded(tx, of('crm.marketing.wave-chunk-loaded.v1'));
    await writeAssigned(tx, of('crm.marketing.treatment-assigned.v1'));
    await writeSettled(tx, of(...TREATMENTS));
    await writeHeard(
      tx,
      of('crm.marketing.response-received.v1', 'crm.sales.response-received.v1', 'crm.service.response-received.v1'),
      of('crm.sales.order-placed.v1'),
    );
    await writeRecorded(tx, of('crm.marketing.response-recorded.v1'));
    await writeClassified(tx, of('crm.marketing.response-classified.v1'));
    await writeContacts(tx, of('crm.service.contact-made.v1'));
    await writeFacts(tx, of(...FACTS));
    await writeProjected(tx, of('ResponseProjected'));
    await writeResults(tx, of('CampaignResultComputed', 'CampaignResultPublished', 'CampaignResultViewed'));
  },
};

function selector(
  events: readonly FeedEvent<LoopEvent>[],
): <Type extends LoopEvent['type']>(...types: readonly Type[]) => Of<Type> {
  return (...types) => events.filter(({ type }) => (types as readonly string[]).includes(type)) as never;
}
