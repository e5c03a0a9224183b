/** Codes of fields at fault, the same for JSON bodies, batches and imports. */
export const fieldCodes = {
  required: 'The field is missing',
  'unknown-field': 'The field is not known',
  'wrong-type': 'The value is of another JSON type',
  'wrong-format': 'The value has another form, e.g. is not a UUID or not a time with offset',
  'not-allowed': 'The value is not one of those allowed',
  'too-short': 'The text or list is too short',
  'too-long': 'The text or list is too long',
  'too-small': 'The number is too small',
  'too-big': 'The number is too big',
  'exactly-one': 'Exactly one of two fields must be given, e.g. partyId or partyRef',
  'unknown-currency': 'The currency is not an ISO 4217 code',
  'occurred-at-in-future': 'The time lies more than 5 minutes in the future',
  'unknown-operator': 'The filter knows no such operator, or the field does not take it',
  'out-of-range': 'The number is not within its bounds',
  'period-empty': 'The period ends before it begins',
  'name-taken': 'Another element has the same name',
  'name-reserved': 'The name is reserved',
  'shares-do-not-add-up': 'Shares are not positive or do not add up to 1',
  'control-group-missing': 'There is no control group, and nobody waives it',
  'waiver-with-control-group': 'The control group is waived, but has a fraction',
  'currency-differs': 'The amount is in another currency than the others',
  invalid: 'The value breaks another rule of the field',
  'malformed-json': 'The line is not a JSON object',
  'malformed-csv': 'The quotes of the record are broken',
  'csv-field-count': 'The record has another number of fields than the header',
  'invalid-utf8': 'The line is not UTF-8',
  'line-too-long': 'The line exceeds the limit',
} as const;

export type FieldCode = keyof typeof fieldCodes;

const SAFE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** The pointer to an unknown field. A name that does not look like one may itself be personal: then the pointer stays at the parent. */
export function pointerToUnknown(parent: string, name: string): string {
  return SAFE_NAME.test(name) ? `${parent}/${name}` : parent;
}
