import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import type { TrainingSetBuilt, TrainingSetFailed, TrainingSetRequested } from './training-set.events.js';
import type { TrainingSet } from './training-set.js';

/** A set that was requested before is the same set, unless it was requested otherwise. */
export const requestTrainingSet =
  (data: TrainingSetRequested['data']) =>
  (state: TrainingSet): readonly TrainingSetRequested[] => {
    if (state.status === 'new') return [{ type: 'TrainingSetRequested', data }];
    if (fingerprintOf(state.request) === fingerprintOf(data)) return [];
    throw new Rejected('training-set-id-taken', 'This training set was requested otherwise');
  };

export const completeTrainingSet =
  (built: Omit<TrainingSetBuilt['data'], 'trainingSetId'>) =>
  (state: TrainingSet): readonly TrainingSetBuilt[] => {
    if (state.status !== 'running') return [];
    return [{ type: 'TrainingSetBuilt', data: { trainingSetId: state.request.trainingSetId, ...built } }];
  };

export const failTrainingSet =
  (code: string) =>
  (state: TrainingSet): readonly TrainingSetFailed[] => {
    if (state.status !== 'running') return [];
    return [{ type: 'TrainingSetFailed', data: { trainingSetId: state.request.trainingSetId, code } }];
  };
