import type { ModelDataErrorCode } from '@crm/customer-models';
import { defineProblems, type ProblemSpec } from '@crm/platform';
import type { TooMuchFound } from './model.js';

const lacking = (title: string, when: string): ProblemSpec => ({
  status: 409,
  title,
  when: `${when} (problem of a run)`,
});
const unfit = lacking(
  'The data have a form that the model cannot take',
  'A model run met a value that its model refuses',
);

/** Why data cannot carry a model: what a run that failed says, or a comparison that cannot be made. */
defineProblems({
  'no-customers': lacking(
    'There are no customers to fit the model to',
    'No customer had bought anything at the time of a model run',
  ),
  'no-repeat-buyers': lacking(
    'Nobody bought again',
    'No customer had bought twice at the time of a model run that needs it',
  ),
  'no-values': lacking(
    'There is nothing to compute from',
    'Nobody had bought anything, or no order had lines, at the time of a model run that needs them',
  ),
  'unknown-control': lacking('There is no control group', 'A model run compares arms of which none is the control'),
  'nobody-lost': lacking('Nobody has left', 'No customer had left at the time of a model run about leaving'),
  'too-few-periods': lacking(
    'Too little time was seen',
    'Nobody came to a second period in a model run about retention',
  ),
  'too-few-groups': lacking(
    'There is nothing to compare',
    'A model run compares groups of which there are fewer than two',
  ),
  'too-few-rows': lacking(
    'Too few customers for the model',
    'A model run has fewer customers than its model has parameters, or a training set has features',
  ),
  'one-class-only': lacking(
    'The outcome is the same for everybody',
    'All customers of a training or test set churned, or none did',
  ),
  'complete-separation': lacking(
    'A feature tells the outcome without fail',
    'A combination of features separates the classes of a training set, so that no coefficient is finite',
  ),
  'quasi-separation': lacking(
    'A feature nearly tells the outcome without fail',
    'A combination of features separates the classes of a training set but for ties, so that no coefficient is finite',
  ),
  'collinear-columns': lacking(
    'One feature follows from others',
    'A feature of a training set is the same for everybody or a combination of others; leave it out',
  ),
  'unknown-level': lacking(
    'A category was not seen in training',
    'A run met a category that its training set does not have',
  ),
  'too-many-item-sets': lacking(
    'Too many products are bought together',
    'An association run with so low a support finds more item sets than are looked through; raise it',
  ),
  'too-many-rules': lacking(
    'More rules than can be read',
    'An association run with so low a support and confidence finds more than 100,000 rules; raise support or confidence',
  ),
  'invalid-purchase': unfit,
  'invalid-date': unfit,
  'invalid-history': unfit,
  'invalid-parameters': unfit,
  'invalid-counts': unfit,
  'invalid-value': unfit,
} satisfies Readonly<Record<ModelDataErrorCode | TooMuchFound['code'], ProblemSpec>>);
