export const RESPONSE_KINDS = [
  'opened',
  'clicked',
  'visit',
  'interested',
  'declined',
  'unsubscribed',
  'order',
  'bounced',
  'complained',
] as const;
export type ResponseKind = (typeof RESPONSE_KINDS)[number];

export const NEGATIVE_KINDS: ReadonlySet<ResponseKind> = new Set(['declined', 'unsubscribed', 'bounced', 'complained']);

export const RESPONSE_CLASSES = ['response', 'conversion', 'late', 'early', 'repeat', 'negative'] as const;
export type ResponseClass = (typeof RESPONSE_CLASSES)[number];

/** Why something of a response could not be counted. */
export const RESPONSE_PROBLEMS = ['currency-mismatch'] as const;
export type ResponseProblem = (typeof RESPONSE_PROBLEMS)[number];
