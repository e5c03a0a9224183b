import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type {
  TargetListAcknowledged,
  TargetListChunkDelivered,
  TargetListDefined,
  TargetListEvent,
  TargetListFrozen,
} from './target-list.events.js';

type Definition = TargetListDefined['data'];
type Rejections = Readonly<Record<string, number>>;

export type TargetList =
  | { readonly status: 'new' }
  | { readonly status: 'defined'; readonly definition: Definition }
  | { readonly status: 'refused'; readonly definition: Definition; readonly code: string }
  | FrozenList;

/** A list whose members are fixed, and how far marketing's word about them has come. */
export interface FrozenList {
  readonly status: 'frozen' | 'delivered' | 'acknowledged';
  readonly definition: Definition;
  readonly frozen: TargetListFrozen['data'];
  /** Rejected members by reason, by chunk. */
  readonly rejections: Readonly<Record<number, Rejections>>;
  readonly acknowledged?: TargetListAcknowledged['data'];
}

export const targetListAggregate: Aggregate<TargetList, TargetListEvent> = {
  category: 'target-list',
  initial: { status: 'new' },
  hops: { TargetListDefined: '3', TargetListFrozen: '3', TargetListDelivered: '4' },
  evolve(state, event) {
    switch (event.type) {
      case 'TargetListDefined':
        return { status: 'defined', definition: event.data };
      case 'TargetListRefused':
        return state.status === 'defined' ? { ...state, status: 'refused', code: event.data.code } : state;
      case 'TargetListFrozen':
        return state.status === 'defined' ? { ...state, status: 'frozen', frozen: event.data, rejections: {} } : state;
      case 'TargetListDelivered':
        return isFrozen(state) ? { ...state, status: 'delivered' } : state;
      case 'TargetListChunkAcknowledged':
        return isFrozen(state)
          ? { ...state, rejections: { ...state.rejections, [event.data.chunk]: event.data.rejected } }
          : state;
      case 'TargetListAcknowledged':
        return isFrozen(state) ? { ...state, status: 'acknowledged', acknowledged: event.data } : state;
    }
  },
};

/** A chunk is a fact, delivered once. */
export const targetListChunkAggregate: Aggregate<null, TargetListChunkDelivered> = {
  category: 'target-list-chunk',
  initial: null,
  hops: { TargetListChunkDelivered: '4' },
  evolve: () => null,
};

/** Chunks are counted from 0. */
export const listChunkId = (targetListId: string, chunk: number): string =>
  deriveId('target-list-chunk', targetListId, String(chunk));

export function isFrozen(list: TargetList): list is FrozenList {
  return list.status === 'frozen' || list.status === 'delivered' || list.status === 'acknowledged';
}
