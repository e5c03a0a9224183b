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
  'segment-id-taken': {
    status: 409,
    title: 'The segment is defined otherwise',
    when: 'A segment is defined under the id of one with another name or predicate',
  },
  'no-values': {
    status: 409,
    title: 'There is nobody to score',
    when: 'No customer had bought anything at the time of a model run (problem of a run)',
  },
  'no-customers': {
    status: 409,
    title: 'There are no customers to fit the model to',
    when: 'No customer had bought anything at the time of a model run (problem of a run)',
  },
  'no-repeat-buyers': {
    status: 409,
    title: 'Nobody bought again',
    when: 'No customer had bought twice at the time of a model run that needs it (problem of a run)',
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
