import { defineProblems } from '@crm/platform';

defineProblems({
  'case-id-taken': { status: 409, title: 'The id is taken', when: 'A case with this id belongs to another party' },
  'transition-not-allowed': {
    status: 409,
    title: 'It cannot go there from where it is',
    when: 'A lead or a case is not in a state for this; `state` and `allowed` say where it is and may go',
  },
});
