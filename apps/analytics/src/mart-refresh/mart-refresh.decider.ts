import { Rejected } from '@crm/event-sourcing';
import type { MartRefreshEvent, MartRefreshRequested, SourceHeadsNoted, MartRefreshed } from './mart-refresh.events.js';
import type { MartRefresh } from './mart-refresh.js';

export interface RequestedRefresh {
  readonly refreshId: string;
  readonly asOf?: string | undefined;
  /** The present, which the mart reflects unless another time is named. */
  readonly now: string;
}

/** A refresh that was requested before is the same refresh, unless it was requested for another time. */
export const requestMartRefresh =
  ({ refreshId, asOf, now }: RequestedRefresh) =>
  (state: MartRefresh): readonly MartRefreshRequested[] => {
    if (state.status === 'new') return [{ type: 'MartRefreshRequested', data: { refreshId, asOf: asOf ?? now } }];
    if (asOf === undefined || asOf === state.asOf) return [];
    throw new Rejected('refresh-id-taken', 'This refresh was requested for another time');
  };

export const noteSourceHeads =
  (data: SourceHeadsNoted['data']) =>
  (state: MartRefresh): readonly SourceHeadsNoted[] =>
    state.status === 'running' && state.heads === undefined ? [{ type: 'SourceHeadsNoted', data }] : [];

/** The mart is refreshed when both integrity checks hold; otherwise nothing may be built on it. */
export const completeMartRefresh =
  (snapshot: Omit<MartRefreshed['data'], 'asOf'>) =>
  (state: MartRefresh): readonly MartRefreshEvent[] => {
    if (state.status !== 'running') return [];
    const data = { ...snapshot, asOf: state.asOf };
    const passed = data.checks.every((check) => check.passed);
    return [
      passed
        ? { type: 'MartRefreshed', data }
        : { type: 'MartRefreshFailed', data: { ...data, code: 'mart-check-failed' } },
    ];
  };
