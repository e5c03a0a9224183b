import type { Aggregate } from '@crm/event-sourcing';
import type { MartRefreshed, MartRefreshEvent, SourcePosition } from './mart-refresh.events.js';

export type MartRefresh =
  | { readonly status: 'new' }
  | { readonly status: 'running'; readonly asOf: string; readonly heads?: readonly SourcePosition[] }
  | { readonly status: 'done'; readonly asOf: string; readonly snapshot: MartRefreshed['data'] }
  | {
      readonly status: 'failed';
      readonly asOf: string;
      readonly snapshot: MartRefreshed['data'];
      readonly code: string;
    };

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
        return { status: 'done', asOf: event.data.asOf, snapshot: event.data };
      case 'MartRefreshFailed': {
        const { code, ...snapshot } = event.data;
        return { status: 'failed', asOf: snapshot.asOf, snapshot, code };
      }
    }
  },
};
