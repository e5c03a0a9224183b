import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { completeModelRun, failModelRun, requestModelRun } from './model-run.decider.js';
import type { ModelRunEvent } from './model-run.events.js';
import { modelRunAggregate } from './model-run.js';

const given = deciderSpec(modelRunAggregate);
const request = {
  runId: '01900000-0000-7000-8000-000000000001',
  model: 'bg-nbd',
  asOf: '1997-09-30T23:59:59.999Z',
  parameters: { weeks: 39 },
};
const outcome = { modelVersion: 'bg-nbd.1', fit: { converged: true }, customers: 2_357, changed: 12 };
const { parameters: _, ...run } = request;
const requested: ModelRunEvent = { type: 'ModelRunRequested', data: request };
const completed: ModelRunEvent = { type: 'ModelRunCompleted', data: { ...request, ...outcome } };
const failed: ModelRunEvent = { type: 'ModelRunFailed', data: { ...run, code: 'no-repeat-buyers' } };

describe('request model run', () => {
  it('requests it', () => {
    given().when(requestModelRun(request)).emits(requested);
  });
  it('changes nothing when the same run is requested again', () => {
    given(requested)
      .when(requestModelRun({ ...request }))
      .emitsNothing();
    given(requested, completed).when(requestModelRun(request)).emitsNothing();
  });
  it('refuses the id of a run that was requested for something else', () => {
    given(requested)
      .when(requestModelRun({ ...request, parameters: { weeks: 52 } }))
      .rejects('run-id-taken');
  });
});

describe('complete model run', () => {
  it('keeps what was estimated and how many were scored', () => {
    given(requested).when(completeModelRun(outcome)).emits(completed);
  });
  it('changes nothing when the run is over or was never requested', () => {
    given(requested, completed).when(completeModelRun(outcome)).emitsNothing();
    given(requested, failed).when(completeModelRun(outcome)).emitsNothing();
    given().when(completeModelRun(outcome)).emitsNothing();
  });
});

describe('fail model run', () => {
  it('says what the data lack', () => {
    given(requested).when(failModelRun('no-repeat-buyers')).emits(failed);
  });
  it('changes nothing when the run is over', () => {
    given(requested, completed).when(failModelRun('no-repeat-buyers')).emitsNothing();
  });
});

describe('model run', () => {
  it('does not end before it was requested', () => {
    given(completed).when(failModelRun('no-values')).emitsNothing();
    given(failed).when(completeModelRun(outcome)).emitsNothing();
  });
});
