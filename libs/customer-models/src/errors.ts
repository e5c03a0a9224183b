/** The data given to a model cannot carry it; `code` is stable and kebab-case, the message names the value at fault. */
export class ModelDataError extends Error {
  override readonly name = 'ModelDataError';

  constructor(
    readonly code: ModelDataErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export type ModelDataErrorCode =
  | 'no-customers'
  | 'no-repeat-buyers'
  | 'no-values'
  | 'unknown-control'
  | 'invalid-purchase'
  | 'invalid-date'
  | 'invalid-history'
  | 'invalid-parameters'
  | 'invalid-counts'
  | 'invalid-value';
