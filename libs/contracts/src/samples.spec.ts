import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SERVICES, internalType } from './contract.js';
import { readSamples } from './docs/files.js';
import { ContractViolation, UnknownContract } from './errors.js';
import { contracts } from './registry.js';
import { fieldsOf } from './schema-fields.js';
import { closed, validatePublished, validateReceived } from './validation.js';

const samples = readSamples(join(import.meta.dirname, '../samples'));
const violation = (validate: (type: string, data: unknown) => void, type: string, data: unknown): ContractViolation => {
  try {
    validate(type, data);
  } catch (error) {
    if (error instanceof ContractViolation) return error;
    throw error;
  }
  throw new Error('was accepted');
};
const without = (fields: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
const sampleOf = (type: string): Record<string, unknown> =>
  structuredClone(samples.get(type)) as Record<string, unknown>;

describe('samples', () => {
  it('exist for every contract, and for nothing else', () => {
    expect([...samples.keys()].sort()).toEqual(contracts.map(({ type }) => type).sort());
  });

  describe.each(contracts.map((contract) => [contract.type, contract] as const))('%s', (type, contract) => {
    it('keeps parsing', () => {
      expect(() => {
        validatePublished(type, samples.get(type));
      }).not.toThrow();
    });

    it('may gain fields that readers ignore, but a publisher may not make them up', () => {
      const data = { ...sampleOf(type), somethingNew: 1 };
      expect(() => {
        validateReceived(type, data);
      }).not.toThrow();
      expect(violation(validatePublished, type, data)).toMatchObject({
        pointer: '/somethingNew',
        rule: 'additionalProperties',
      });
    });

    it.each(contract.data.required ?? [])('cannot do without %s', (field) => {
      const data = without(sampleOf(type), field);
      expect(violation(validateReceived, type, data)).toMatchObject({ pointer: `/${field}`, rule: 'required' });
      expect(violation(validatePublished, type, data).pointer).toBe(`/${field}`);
    });
  });
});

describe('validation of what is published', () => {
  it('is as strict inside objects and items as outside', () => {
    const data = {
      ...sampleOf('crm.marketing.treatment-skipped.v1'),
      reasons: [{ rule: 'consent', outcome: 'denied', eventIds: [], who: 'x' }],
    };
    expect(violation(validatePublished, 'crm.marketing.treatment-skipped.v1', data).pointer).toBe('/reasons/0/who');
  });

  it('closes every object that a contract declares', () => {
    for (const { data } of contracts) {
      const open = [{ pointer: '', schema: closed(data) }, ...fieldsOf(closed(data))].filter(
        ({ schema }) => schema.properties !== undefined && schema.additionalProperties !== false,
      );
      expect(open).toEqual([]);
    }
  });

  it('says where the fault is and by which rule, never which value was there', () => {
    const data = { ...sampleOf('crm.sales.order-placed.v1'), localDate: 'jane@example.org' };
    const fault = violation(validatePublished, 'crm.sales.order-placed.v1', data);
    expect(fault).toMatchObject({ type: 'crm.sales.order-placed.v1', pointer: '/localDate', rule: 'format' });
    expect(fault.message).not.toContain('jane');
  });

  it('wants times in UTC', () => {
    const data = { campaignId: '0199a3c0-5e00-7000-8000-000000000010', at: '2026-03-01T09:00:00+09:00' };
    expect(violation(validatePublished, 'crm.marketing.campaign-closed.v1', data).pointer).toBe('/at');
  });

  it('knows no type that is not a contract', () => {
    expect(() => {
      validatePublished('crm.sales.order-lost.v1', {});
    }).toThrow(UnknownContract);
  });

  it.each(SERVICES)('lets an internal position of %s say nothing', (service) => {
    expect(() => {
      validatePublished(internalType(service), {});
    }).not.toThrow();
    for (const data of [{ email: 'x' }, null, 'x'])
      expect(violation(validatePublished, internalType(service), data).rule).toBe('internal');
  });
});
