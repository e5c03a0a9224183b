import { Rejected } from '@crm/event-sourcing';
import type {
  TargetListAcknowledged,
  TargetListChunkAcknowledged,
  TargetListDefined,
  TargetListDelivered,
  TargetListFrozen,
  TargetListRefused,
} from './target-list.events.js';
import { isFrozen, type TargetList } from './target-list.js';

export interface DefineTargetListInput {
  readonly definition: TargetListDefined['data'];
  /** The time was not named: any time of the same list will do. */
  readonly atAnyTime: boolean;
}

/** Defining the same list again changes nothing: it stays on the snapshot that it was defined on. */
export const defineTargetList =
  ({ definition, atAnyTime }: DefineTargetListInput) =>
  (state: TargetList): readonly TargetListDefined[] => {
    if (state.status === 'new') return [{ type: 'TargetListDefined', data: definition, loopId: definition.loopId }];
    const known = state.definition;
    const same = (['campaignId', 'segmentId', 'limit', 'orderBy'] as const).every(
      (field) => known[field] === definition[field],
    );
    if (same && (atAnyTime || known.asOf === definition.asOf)) return [];
    throw new Rejected('target-list-id-taken', 'This list is defined otherwise');
  };

export const refuseTargetList =
  (code: string) =>
  (state: TargetList): readonly TargetListRefused[] => {
    if (state.status !== 'defined') return [];
    const { targetListId, loopId } = state.definition;
    return [{ type: 'TargetListRefused', data: { targetListId, code }, loopId }];
  };

/** Fixes the members; what was frozen once stays as it is. */
export const freezeTargetList =
  (members: Pick<TargetListFrozen['data'], 'selected' | 'suppressed' | 'frozen' | 'contentHash'>) =>
  (state: TargetList): readonly TargetListFrozen[] => {
    if (state.status !== 'defined') return [];
    const { targetListId, loopId, campaignId, asOf } = state.definition;
    return [{ type: 'TargetListFrozen', data: { targetListId, loopId, campaignId, asOf, ...members }, loopId }];
  };

export const deliverTargetList =
  (chunks: number) =>
  (state: TargetList): readonly TargetListDelivered[] => {
    if (state.status !== 'frozen') return [];
    const { targetListId, loopId, campaignId, asOf, frozen: members } = state.frozen;
    return [{ type: 'TargetListDelivered', data: { targetListId, loopId, campaignId, asOf, chunks, members }, loopId }];
  };

/** What marketing did with one chunk; of waves that are no list of ours there is nothing to note. */
export const acknowledgeChunk =
  (data: TargetListChunkAcknowledged['data']) =>
  (state: TargetList): readonly TargetListChunkAcknowledged[] =>
    isFrozen(state) && state.rejections[data.chunk] === undefined
      ? [{ type: 'TargetListChunkAcknowledged', data, loopId: state.definition.loopId }]
      : [];

export const acknowledgeTargetList =
  (data: TargetListAcknowledged['data']) =>
  (state: TargetList): readonly TargetListAcknowledged[] =>
    isFrozen(state) && state.status !== 'acknowledged'
      ? [{ type: 'TargetListAcknowledged', data, loopId: state.definition.loopId }]
      : [];
