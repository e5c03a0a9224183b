import { ContractDefinitionError } from './errors.js';
import { fieldsOf } from './schema-fields.js';

/** A field whose name holds one of these words is about a person, or takes free text that may be. */
export const PERSONAL_WORDS: readonly string[] = [
  ...[
    'name',
    'names',
    'surname',
    'nickname',
    'salutation',
    'email',
    'emails',
    'mail',
    'phone',
    'phones',
    'telephone',
    'mobile',
    'fax',
  ],
  ...[
    'address',
    'addresses',
    'street',
    'city',
    'postal',
    'postcode',
    'zip',
    'birth',
    'birthday',
    'birthdate',
    'gender',
    'sex',
    'ssn',
  ],
  ...[
    'passport',
    'iban',
    'caller',
    'callee',
    'recipient',
    'text',
    'texts',
    'note',
    'notes',
    'comment',
    'comments',
    'remark',
    'remarks',
  ],
  ...['description', 'subject', 'body', 'message', 'messages', 'transcript', 'content', 'contents', 'title'],
];

/** The same for names of several words, written without their capitals. */
export const PERSONAL_NAMES: readonly string[] = [
  'contactpoint',
  'contactpoints',
  'dateofbirth',
  'nationalid',
  'taxid',
  'cardnumber',
  'accountnumber',
];

/** Fields that only sound personal, each with the reason why it is not. Nothing else gets past the rule. */
const NOT_PERSONAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'crm.marketing.campaign-planned.v1': {
    '/name': 'a campaign is not a person',
    '/arms/*/name': 'an arm of a campaign is not a person',
  },
  'crm.marketing.campaign-changed.v1': {
    '/changes/name': 'a campaign is not a person',
    '/changes/arms/*/name': 'an arm of a campaign is not a person',
  },
  'crm.analytics.target-list-frozen.v1': { '/contentHash': 'a hash over ranks and party ids' },
};

/** Longest string that a contract may leave open: room for a code or a reference of another system, not for prose. */
const LONGEST_OPEN_STRING = 500;

const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

const soundsPersonal = (name: string): boolean => {
  const words = wordsOf(name);
  const whole = words.join('');
  return (
    words.some((word) => PERSONAL_WORDS.includes(word)) || PERSONAL_NAMES.some((personal) => whole.includes(personal))
  );
};

/** Throws when a schema declares a personal field or an unbounded string; both would let personal data out of its service. */
export function refusePersonalFields(type: string, schema: object): void {
  for (const { pointer, name, schema: field } of fieldsOf(schema)) {
    if (name !== undefined && soundsPersonal(name) && NOT_PERSONAL[type]?.[pointer] === undefined) {
      throw new ContractDefinitionError(type, pointer, 'a contract declares no personal field and no free text');
    }
    const bounded = field.enum ?? field.const ?? field.format ?? field.pattern ?? field.maxLength;
    if ([field.type].flat().includes('string') && bounded === undefined) {
      throw new ContractDefinitionError(
        type,
        pointer,
        'a string needs a format, a pattern, values or a maximal length',
      );
    }
    if ((field.maxLength ?? 0) > LONGEST_OPEN_STRING) {
      throw new ContractDefinitionError(
        type,
        pointer,
        `a string is at most ${String(LONGEST_OPEN_STRING)} characters long`,
      );
    }
  }
}
