import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { completeTrainingSet, failTrainingSet, requestTrainingSet } from './training-set.decider.js';
import type { TrainingSetEvent } from './training-set.events.js';
import { trainingSetAggregate } from './training-set.js';

const given = deciderSpec(trainingSetAggregate);
const trainingSetId = '01900000-0000-7000-8000-000000000001';
const request = {
  trainingSetId,
  predictAt: '1997-09-30T23:59:59.999Z',
  horizonDays: 90,
  outcome: 'churned' as const,
  features: ['occasions', 'recencyDays'],
};
const outcome = {
  basis: 'valid-time' as const,
  knownAt: null,
  customers: 2_357,
  positives: 1_700,
  factsUsed: 5_000,
  factsLate: 0,
};
const requested: TrainingSetEvent = { type: 'TrainingSetRequested', data: request };
const built: TrainingSetEvent = { type: 'TrainingSetBuilt', data: { trainingSetId, ...outcome } };
const failed: TrainingSetEvent = { type: 'TrainingSetFailed', data: { trainingSetId, code: 'no-customers' } };

describe('request training set', () => {
  it('requests it', () => {
    given().when(requestTrainingSet(request)).emits(requested);
  });
  it('changes nothing when the same set is requested again', () => {
    given(requested)
      .when(requestTrainingSet({ ...request }))
      .emitsNothing();
    given(requested, built).when(requestTrainingSet(request)).emitsNothing();
  });
  it('refuses the id of a set that was requested otherwise', () => {
    given(requested)
      .when(requestTrainingSet({ ...request, horizonDays: 30 }))
      .rejects('training-set-id-taken');
  });
});

describe('complete training set', () => {
  it('keeps what is in it and by which knowledge', () => {
    given(requested).when(completeTrainingSet(outcome)).emits(built);
  });
  it('changes nothing when the set is over or was never requested', () => {
    given(requested, built).when(completeTrainingSet(outcome)).emitsNothing();
    given().when(completeTrainingSet(outcome)).emitsNothing();
  });
});

describe('fail training set', () => {
  it('says what is missing', () => {
    given(requested).when(failTrainingSet('no-customers')).emits(failed);
  });
  it('changes nothing when the set is over', () => {
    given(requested, built).when(failTrainingSet('no-customers')).emitsNothing();
  });
});

describe('training set', () => {
  it('does not end before it was requested', () => {
    given(built).when(failTrainingSet('no-customers')).emitsNothing();
    given(failed).when(completeTrainingSet(outcome)).emitsNothing();
  });
});
