import './model-run/model-problems.js';
import { defineProblems } from '@crm/platform';

defineProblems({
  'campaign-not-heard-of': {
    status: 409,
    title: 'The campaign has not been heard of',
    when: 'A target list or a result is asked for a campaign of which marketing has not told yet; retry after a moment',
  },
  'refresh-id-taken': {
    status: 409,
    title: 'The refresh was requested for another time',
    when: 'A mart refresh is requested under the id of one with another `asOf`',
  },
  'mart-check-failed': {
    status: 409,
    title: 'The mart differs from its sources',
    when: 'An integrity check of a mart refresh did not hold; `checks` says what differs (problem of a refresh)',
  },
  'run-id-taken': {
    status: 409,
    title: 'The run was requested for something else',
    when: 'A model run is requested under the id of one with another model, `asOf` or parameters',
  },
  'computation-failed': {
    status: 409,
    title: 'It could not be computed',
    when: 'A model run or a training set ended with an error several times, e.g. for want of memory; the log holds it (problem of a run)',
  },
  'segment-id-taken': {
    status: 409,
    title: 'The segment is defined otherwise',
    when: 'A segment is defined under the id of one with another name or predicate',
  },
  'run-not-done': {
    status: 409,
    title: 'The run is not done',
    when: 'A model run is promoted that still runs or has failed',
  },
  'model-not-comparable': {
    status: 409,
    title: 'Runs of this model cannot be compared',
    when: 'A comparison is asked for of a model whose runs foretell nothing that could be looked up later',
  },
  'runs-not-comparable': {
    status: 409,
    title: 'The runs foretell different things',
    when: 'Two runs of `churn` with horizons of different lengths are compared',
  },
  'holdout-not-over': {
    status: 409,
    title: 'What the runs foretell has not come yet',
    when: 'Two runs are compared before the time that both foretell is over',
  },
  'person-required': {
    status: 403,
    title: 'Only a person may decide this',
    when: 'A machine client promotes a model run',
  },
  'training-set-id-taken': {
    status: 409,
    title: 'The training set was requested otherwise',
    when: 'A training set is requested under the id of one with another time, horizon, outcome, features or knowledge',
  },
  'training-set-unknown': {
    status: 409,
    title: 'There is no such training set',
    when: 'A churn run names a training set that was not built, or one of another outcome (problem of a run)',
  },
  'training-set-too-late': {
    status: 409,
    title: 'The training set leaves no time to test on',
    when: 'The horizon of the training set of a churn run ends later than one horizon before `asOf` (problem of a run)',
  },
  'target-list-id-taken': {
    status: 409,
    title: 'The target list is defined otherwise',
    when: 'A target list is defined under the id of one with another campaign, segment, time, limit or order',
  },
  'past-needs-recorder': {
    status: 409,
    title: 'The past can only be recorded',
    when: 'A target list with `asOf` in the past is defined for a campaign on another channel than `recorder`',
  },
  'segment-unknown': {
    status: 409,
    title: 'There is no such segment',
    when: 'A target list names a segment that was never defined',
  },
  'nothing-to-judge': {
    status: 409,
    title: 'No wave of the campaign has been loaded',
    when: 'A result is requested for a campaign that has no members yet',
  },
});
