import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import type { ModelRunCompleted, ModelRunFailed, ModelRunRequested } from './model-run.events.js';
import type { ModelRun } from './model-run.js';

/** A run that was requested before is the same run, unless it was requested for something else. */
export const requestModelRun =
  (data: ModelRunRequested['data']) =>
  (state: ModelRun): readonly ModelRunRequested[] => {
    if (state.status === 'new') return [{ type: 'ModelRunRequested', data }];
    if (fingerprintOf(state.request) === fingerprintOf(data)) return [];
    throw new Rejected('run-id-taken', 'This run was requested for another model, time or parameters');
  };

export const completeModelRun =
  (outcome: Pick<ModelRunCompleted['data'], 'modelVersion' | 'fit' | 'customers' | 'changed'>) =>
  (state: ModelRun): readonly ModelRunCompleted[] =>
    state.status === 'running' ? [{ type: 'ModelRunCompleted', data: { ...state.request, ...outcome } }] : [];

export const failModelRun =
  (code: string) =>
  (state: ModelRun): readonly ModelRunFailed[] => {
    if (state.status !== 'running') return [];
    const { runId, model, asOf } = state.request;
    return [{ type: 'ModelRunFailed', data: { runId, model, asOf, code } }];
  };
