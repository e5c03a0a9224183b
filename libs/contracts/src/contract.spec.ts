import { describe, expect, it } from '@jest/globals';
import { Type, type TObject, type TSchema } from '@sinclair/typebox';
import { defineContract } from './contract.js';
import { ContractDefinitionError } from './errors.js';
import { Code, Uuid } from './fields.js';
import { PERSONAL_NAMES, PERSONAL_WORDS } from './personal-fields.js';

const define = (data: TObject, type = 'crm.sales.thing-happened.v2') =>
  defineContract({ type, description: 'A thing happened.', data });
const withField = (name: string, schema: TSchema = Code): TObject => Type.Object({ partyId: Uuid, [name]: schema });
const refusal = (data: TObject, type?: string): { pointer: string } => {
  try {
    define(data, type);
  } catch (error) {
    if (error instanceof ContractDefinitionError) return { pointer: error.pointer };
    throw error;
  }
  throw new Error('was not refused');
};

describe('define a contract', () => {
  it('reads service, event and version out of the type', () => {
    expect(define(withField('stage'))).toMatchObject({
      service: 'sales',
      event: 'thing-happened',
      version: 2,
      key: 'partyId',
    });
  });

  it('takes the first required field as the key where there is no party', () => {
    expect(define(Type.Object({ waveId: Uuid, campaignId: Uuid })).key).toBe('waveId');
  });

  it.each([
    'crm.billing.thing-happened.v1',
    'crm.sales.thingHappened.v1',
    'crm.sales.thing-happened',
    'crm.sales.internal.v1',
  ])('refuses the type %s', (type) => {
    expect(() => define(withField('stage'), type)).toThrow(ContractDefinitionError);
  });

  it('refuses a key that may be absent', () => {
    expect(() => define(Type.Object({ partyId: Type.Optional(Uuid) }))).toThrow('partition key');
  });
});

describe('personal fields', () => {
  it.each([...PERSONAL_WORDS, ...PERSONAL_NAMES])('refuses a field called %s', (name) => {
    expect(refusal(withField(name))).toEqual({ pointer: `/${name}` });
  });

  it.each([
    'fullName',
    'customerEmail',
    'homePhoneNumber',
    'delivery_address',
    'callNotes',
    'birthDate',
    'contactPoints',
    'EMAIL',
  ])('refuses a field called %s', (name) => {
    expect(refusal(withField(name))).toEqual({ pointer: `/${name}` });
  });

  it('refuses one at any depth: objects, items, values of records, variants', () => {
    const person = Type.Object({ email: Code });
    expect(refusal(withField('owner', person))).toEqual({ pointer: '/owner/email' });
    expect(refusal(withField('owners', Type.Array(person)))).toEqual({ pointer: '/owners/*/email' });
    expect(refusal(withField('owners', Type.Record(Type.String(), person)))).toEqual({ pointer: '/owners/*/email' });
    expect(refusal(withField('owner', Type.Union([person, Uuid])))).toEqual({ pointer: '/owner/email' });
  });

  it('refuses them in optional fields too', () => {
    expect(refusal(withField('note', Type.Optional(Code)))).toEqual({ pointer: '/note' });
  });

  it('allows the name of a campaign to the contracts of campaigns alone', () => {
    const named = Type.Object({ campaignId: Uuid, name: Code });
    expect(define(named, 'crm.marketing.campaign-planned.v1').key).toBe('campaignId');
    expect(refusal(named, 'crm.marketing.campaign-closed.v1')).toEqual({ pointer: '/name' });
    expect(refusal(withField('owner', named), 'crm.marketing.campaign-planned.v1')).toEqual({ pointer: '/owner/name' });
  });

  it('is not taken in by words that only contain a personal one', () => {
    expect(() => define(withField('nameless'))).not.toThrow();
    expect(() => define(withField('mailing'))).not.toThrow();
  });
});

describe('free text', () => {
  it('refuses a string without a format, a pattern, values or a maximal length', () => {
    expect(refusal(withField('stage', Type.String()))).toEqual({ pointer: '/stage' });
    expect(refusal(withField('stages', Type.Array(Type.String())))).toEqual({ pointer: '/stages/*' });
    expect(refusal(withField('value', Type.Unsafe<string | null>({ type: ['string', 'null'] })))).toEqual({
      pointer: '/value',
    });
  });

  it('refuses a string with room for prose', () => {
    expect(refusal(withField('stage', Type.String({ maxLength: 501 })))).toEqual({ pointer: '/stage' });
  });
});
