import type { Aggregate } from '@crm/event-sourcing';
import type { TrainingSetBuilt, TrainingSetEvent, TrainingSetRequested } from './training-set.events.js';

export type TrainingSet =
  | { readonly status: 'new' }
  | { readonly status: 'running'; readonly request: TrainingSetRequested['data'] }
  | {
      readonly status: 'done';
      readonly request: TrainingSetRequested['data'];
      readonly built: TrainingSetBuilt['data'];
    }
  | { readonly status: 'failed'; readonly request: TrainingSetRequested['data']; readonly code: string };

export const trainingSetAggregate: Aggregate<TrainingSet, TrainingSetEvent> = {
  category: 'training-set',
  initial: { status: 'new' },
  evolve(state, event) {
    switch (event.type) {
      case 'TrainingSetRequested':
        return { status: 'running', request: event.data };
      case 'TrainingSetBuilt':
        return state.status === 'running' ? { status: 'done', request: state.request, built: event.data } : state;
      case 'TrainingSetFailed':
        return state.status === 'running' ? { status: 'failed', request: state.request, code: event.data.code } : state;
    }
  },
};
