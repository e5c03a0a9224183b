import { defineProblems } from '@crm/platform';

defineProblems({
  'campaign-unknown': {
    status: 404,
    title: 'There is no such campaign',
    when: 'A command or a read names a campaign that was never planned',
  },
  'campaign-id-taken': {
    status: 409,
    title: 'The id belongs to another campaign',
    when: 'A campaign is planned with the id of one that has another plan',
  },
  'campaign-plan-invalid': {
    status: 422,
    title: 'The plan of the campaign does not hold',
    when: 'Period, amounts, arms or control group cannot be carried out or judged; `errors` names every fault',
  },
  'campaign-move-not-allowed': {
    status: 409,
    title: 'The campaign cannot be moved like this',
    when: 'The status of the campaign does not allow the move; `allowed` names the moves that are',
  },
  'campaign-draw-fixed': {
    status: 409,
    title: 'The draw of the campaign is fixed',
    when: 'A draft is changed in what its waves were drawn and are judged by',
  },
  'campaign-closed': {
    status: 409,
    title: 'The campaign is closed',
    when: 'A new wave is to be imported into a closed campaign',
  },
  'wave-not-loaded': {
    status: 409,
    title: 'The wave is still loading',
    when: 'A wave is ended before all of it is loaded',
  },
  'arm-unknown': {
    status: 422,
    title: 'The campaign has no such arm',
    when: 'A line of an imported wave names an arm that is neither control nor one of the campaign',
  },
  'control-not-treated': {
    status: 409,
    title: 'The control group is not treated',
    when: 'A treatment is asked for a member of the control group',
  },
  'currency-mismatch': {
    status: 422,
    title: 'The amount is in another currency than the campaign',
    when: 'The amount of a response is in another currency than the campaign that it belongs to; amounts are not converted',
  },
  'treatment-unknown': {
    status: 404,
    title: 'There is no such treatment',
    when: 'A read or a report names a treatment that was never assigned',
  },
});
