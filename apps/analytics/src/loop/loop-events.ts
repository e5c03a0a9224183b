import type {
  CampaignApprovedV1Data,
  CampaignChangedV1Data,
  CampaignClosedV1Data,
  CampaignPausedV1Data,
  CampaignPlannedV1Data,
  CampaignResumedV1Data,
  ContactMadeV1Data,
  MarketingResponseReceivedV1Data,
  OrderPlacedV1Data,
  ResponseClassifiedV1Data,
  ResponseRecordedV1Data,
  TreatmentAssignedV1Data,
  TreatmentPresentedV1Data,
  TreatmentSkippedV1Data,
  TreatmentUndeterminedV1Data,
  WaveChunkLoadedV1Data,
  WaveCompletedV1Data,
  WaveLoadedV1Data,
} from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent } from '@crm/messaging';
import type { CampaignResultComputed, CampaignResultPublished } from '../campaign-result/campaign-result.events.js';
import type { MartRefreshed } from '../mart-refresh/mart-refresh.events.js';
import type { ModelRunCompleted } from '../model-run/model-run.events.js';
import type { ResponseProjected } from '../response-projection/response-projection.events.js';
import type { CampaignResultViewed } from '../result-view/result-view.events.js';
import type {
  TargetListChunkDelivered,
  TargetListDefined,
  TargetListDelivered,
  TargetListFrozen,
} from '../target-list/target-list.events.js';

/** What is told of campaigns. */
export type CampaignTold =
  | DomainEvent<'crm.marketing.campaign-planned.v1', CampaignPlannedV1Data>
  | DomainEvent<'crm.marketing.campaign-changed.v1', CampaignChangedV1Data>
  | DomainEvent<'crm.marketing.campaign-approved.v1', CampaignApprovedV1Data>
  | DomainEvent<'crm.marketing.campaign-paused.v1', CampaignPausedV1Data>
  | DomainEvent<'crm.marketing.campaign-resumed.v1', CampaignResumedV1Data>
  | DomainEvent<'crm.marketing.campaign-closed.v1', CampaignClosedV1Data>;

export type WaveChunkLoaded = DomainEvent<'crm.marketing.wave-chunk-loaded.v1', WaveChunkLoadedV1Data>;
export type WaveLoaded = DomainEvent<'crm.marketing.wave-loaded.v1', WaveLoadedV1Data>;
export type WaveCompleted = DomainEvent<'crm.marketing.wave-completed.v1', WaveCompletedV1Data>;
export type TreatmentAssigned = DomainEvent<'crm.marketing.treatment-assigned.v1', TreatmentAssignedV1Data>;
export type TreatmentSettled =
  | DomainEvent<'crm.marketing.treatment-presented.v1', TreatmentPresentedV1Data>
  | DomainEvent<'crm.marketing.treatment-skipped.v1', TreatmentSkippedV1Data>
  | DomainEvent<'crm.marketing.treatment-undetermined.v1', TreatmentUndeterminedV1Data>;
export type ResponseHeard = DomainEvent<
  'crm.marketing.response-received.v1' | 'crm.sales.response-received.v1' | 'crm.service.response-received.v1',
  MarketingResponseReceivedV1Data
>;
export type OrderHeard = DomainEvent<'crm.sales.order-placed.v1', OrderPlacedV1Data>;
export type ResponseRecorded = DomainEvent<'crm.marketing.response-recorded.v1', ResponseRecordedV1Data>;
export type ResponseClassified = DomainEvent<'crm.marketing.response-classified.v1', ResponseClassifiedV1Data>;
export type ContactMade = DomainEvent<'crm.service.contact-made.v1', ContactMadeV1Data>;

/** Everything that is a step of a loop, whoever tells it. */
export type LoopEvent =
  | MartRefreshed
  | ModelRunCompleted
  | TargetListDefined
  | TargetListFrozen
  | TargetListChunkDelivered
  | TargetListDelivered
  | CampaignTold
  | WaveChunkLoaded
  | WaveLoaded
  | WaveCompleted
  | TreatmentAssigned
  | TreatmentSettled
  | ResponseHeard
  | OrderHeard
  | ResponseRecorded
  | ResponseClassified
  | ContactMade
  | ResponseProjected
  | CampaignResultComputed
  | CampaignResultPublished
  | CampaignResultViewed;

/** Of the types that follow, the events of a batch. */
export type Of<Type extends LoopEvent['type']> = readonly FeedEvent<Extract<LoopEvent, { type: Type }>>[];

/** Keeps one item a key, since a statement may touch a row only once: the one that `wins` over all others. */
export function onePerKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  wins: (item: Item, over: Item) => boolean,
): readonly Item[] {
  const kept = new Map<string, Item>();
  for (const item of items) {
    const key = keyOf(item);
    const known = kept.get(key);
    if (known === undefined || wins(item, known)) kept.set(key, item);
  }
  return [...kept.values()];
}
