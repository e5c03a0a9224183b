import type { Aggregate } from '@crm/event-sourcing';
import type { ModelRunCompleted, ModelRunEvent, ModelRunRequested } from './model-run.events.js';

export type ModelRun =
  | { readonly status: 'new' }
  | { readonly status: 'running'; readonly request: ModelRunRequested['data'] }
  | {
      readonly status: 'done';
      readonly request: ModelRunRequested['data'];
      readonly outcome: ModelRunCompleted['data'];
    }
  | { readonly status: 'failed'; readonly request: ModelRunRequested['data']; readonly code: string };

export const modelRunAggregate: Aggregate<ModelRun, ModelRunEvent> = {
  category: 'model-run',
  initial: { status: 'new' },
  hops: { ModelRunCompleted: '2' },
  evolve(state, event) {
    switch (event.type) {
      case 'ModelRunRequested':
        return { status: 'running', request: event.data };
      case 'ModelRunCompleted':
        return state.status === 'running' ? { status: 'done', request: state.request, outcome: event.data } : state;
      case 'ModelRunFailed':
        return state.status === 'running' ? { status: 'failed', request: state.request, code: event.data.code } : state;
    }
  },
};
