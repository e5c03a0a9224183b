import { defineProblems } from '@crm/platform';

/** What can be answered to the start and the outcome of a task. */
defineProblems({
  'task-claimed': {
    status: 409,
    title: 'Somebody else is at the task',
    when: 'The task was started by another person, or not by this one',
  },
  'task-not-started': {
    status: 409,
    title: 'The task is not started',
    when: 'An outcome is told of a task whose contact was not permitted yet',
  },
  'task-closed': { status: 409, title: 'The task is over', when: 'The task is done or cancelled; `status` says which' },
  'task-overdue': {
    status: 409,
    title: 'The period of the campaign is over',
    when: 'A task is started after the end of its campaign',
  },
  'campaign-paused': {
    status: 409,
    title: 'The campaign is paused',
    when: 'A task is started while its campaign is paused',
  },
  'contact-denied': {
    status: 409,
    title: 'The customer may not be contacted',
    when: 'Consent, a constraint or a cap denies the contact; `reasons` names the rules and the events that they went by',
  },
  'contact-not-now': {
    status: 409,
    title: 'The customer may be contacted later',
    when: 'Quiet hours or a cap end at `retryAt`',
  },
  'response-without-contact': {
    status: 400,
    title: 'Nobody was spoken to',
    when: 'A response comes with no-answer or wrong-number',
  },
  'permission-unavailable': {
    status: 503,
    title: 'No decision about the contact',
    when: 'customer-information does not answer, or does not know everything about the customer at the moment; nothing is shown',
  },
});
