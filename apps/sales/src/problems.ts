import { defineProblems } from '@crm/platform';

defineProblems({
  'currency-differs': {
    status: 409,
    title: 'The amount is in another currency',
    when: 'An order is not in the currency of the store, which its first order settled; `currency` names it',
  },
  'lead-id-taken': { status: 409, title: 'The id is taken', when: 'A lead with this id belongs to another party' },
  'opportunity-id-taken': {
    status: 409,
    title: 'The id is taken',
    when: 'An opportunity with this id belongs to another party',
  },
  'stage-not-allowed': {
    status: 409,
    title: 'The opportunity cannot go to this stage',
    when: 'A stage is skipped, or an opportunity is lost after it was won; `stage` and `allowed` say where it is and may go',
  },
  'transition-not-allowed': {
    status: 409,
    title: 'It cannot go there from where it is',
    when: 'A lead or a case is not in a state for this; `state` and `allowed` say where it is and may go',
  },
});
