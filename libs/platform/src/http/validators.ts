import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateIf } from 'class-validator';
import { isDate, isInFuture, isTimestamp } from './times.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PARTY_REFERENCE = /^[a-z][a-z0-9-]{0,31}:\S.{0,199}$/u;

/** JSON schemas of the validators below, for the OpenAPI document. */
export const VALIDATOR_SCHEMAS = {
  isId: { type: 'string', format: 'uuid' },
  isTimestamp: { type: 'string', format: 'date-time' },
  isCalendarDate: { type: 'string', format: 'date' },
  isPartyReference: { type: 'string', pattern: PARTY_REFERENCE.source, example: 'cdnow:00004' },
  'occurred-at-in-future': {},
  'exactly-one': {},
} as const;

const text =
  (holds: (value: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && holds(value);

/** Whether a text is a reference of a party in some system: `"<system>:<value>"`. */
export function isPartyReference(value: string): boolean {
  return PARTY_REFERENCE.test(value);
}

/** A UUID of any version; upper case becomes lower case. */
export function IsId(): PropertyDecorator {
  const lower = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value));
  const check = ValidateBy({ name: 'isId', validator: { validate: text((value) => UUID.test(value)) } });
  return both(lower, check);
}

/** A time with offset, e.g. `2026-01-31T09:00:00Z`. */
export function IsTimestamp(): PropertyDecorator {
  return ValidateBy({ name: 'isTimestamp', validator: { validate: text(isTimestamp) } });
}

/** A valid time: a time with offset, at most 5 minutes ahead of the database's clock. */
export function IsOccurredAt(): PropertyDecorator {
  const past = ValidateBy({
    name: 'occurred-at-in-future',
    validator: { validate: text((value) => !isInFuture(value)) },
  });
  return both(IsTimestamp(), past);
}

/** A date `YYYY-MM-DD`. */
export function IsCalendarDate(): PropertyDecorator {
  return ValidateBy({ name: 'isCalendarDate', validator: { validate: text(isDate) } });
}

/** A reference of a party in some system: `"<system>:<value>"`. */
export function IsPartyReference(): PropertyDecorator {
  return ValidateBy({ name: 'isPartyReference', validator: { validate: text(isPartyReference) } });
}

/** Extend it in bodies that concern a customer: exactly one of `partyId` and `partyRef`. */
export class PartyBody {
  @ValidateIf((body: PartyBody) => body.partyId !== undefined || body.partyRef === undefined)
  @IsId()
  @ValidateBy({
    name: 'exactly-one',
    validator: {
      validate: (_, args) =>
        ((args?.object as PartyBody).partyId === undefined) !== ((args?.object as PartyBody).partyRef === undefined),
    },
  })
  readonly partyId?: string;

  @IsOptional()
  @IsPartyReference()
  readonly partyRef?: string;
}

function both(first: PropertyDecorator, second: PropertyDecorator): PropertyDecorator {
  return (target, property) => {
    first(target, property);
    second(target, property);
  };
}
