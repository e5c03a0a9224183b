import type { Aggregate } from '@crm/event-sourcing';
import type { MartRefreshed, MartRefreshEvent, SourcePosition } from './mart-refresh.events.js';

interface Begun {
  readonly asOf: string;
  readonly heads?: readonly SourcePosition[];
}

export type MartRefresh =
  | { readonly status: 'new' }
  | (Begun & { readonly status: 'running' })
  | (Begun & { readonly status: 'done'; readonly snapshot: MartRefreshed['data'] })
  | (Begun & {
      readonly status: 'failed';
      readonly snapshot: MartRefreshed['data'];
      readonly code: string;
    });

export const martRefreshAggregate: Aggregate<MartRefresh, MartRefreshEvent> = {
  category: 'mart-refresh',
  initial: { status: 'new' },
  hops: { MartRefreshed: '1' },
  evolve(state, event) {
    switch (event.type) {
      case 'MartRefreshRequested':
        return { status: 'running', asOf: event.data.asOf };
      case 'SourceHeadsNoted':
        return state.status === 'running' ? { ...state, heads: event.data.heads } : state;
      case 'MartRefreshed':
        return { ...headsOf(state), status: 'done', asOf: event.data.asOf, snapshot: event.data };
      case 'MartRefreshFailed': {
        const { code, ...snapshot } = event.data;
        return { ...headsOf(state), status: 'failed', asOf: snapshot.asOf, snapshot, code };
      }
    }
  },
};

function headsOf(state: MartRefresh): Pick<Begun, 'heads'> {
  return state.status === 'new' || state.heads === undefined ? {} : { heads: state.heads };
}
