import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SERVICES, internalType, topicOf } from './contract.js';
import { UnknownContract } from './errors.js';
import { contractOf, contracts, isInternalType, isPublicType } from './registry.js';

const filesOf = (service: string): readonly string[] =>
  readdirSync(join(import.meta.dirname, service)).filter((name) => /\.v\d+\.ts$/.test(name));

/** Hop by hop, what the loop says about itself. */
const LOOP: readonly (readonly [string, string])[] = [
  ['1', 'analytics.mart-refreshed'],
  ['2', 'analytics.model-run-completed'],
  ['3', 'analytics.target-list-frozen'],
  ['4', 'analytics.target-list-delivered'],
  ['4-1', 'marketing.wave-loaded'],
  ['5', 'marketing.treatment-assigned'],
  ['5', 'sales.task-assigned'],
  ['5', 'service.task-assigned'],
  ['6', 'marketing.treatment-presented'],
  ['6', 'marketing.treatment-skipped'],
  ['7', 'marketing.response-received'],
  ['7', 'sales.response-received'],
  ['7', 'service.response-received'],
  ['7', 'sales.order-placed'],
  ['8', 'marketing.response-recorded'],
  ['8-1', 'marketing.response-classified'],
  ['9', 'analytics.response-projected'],
  ['10', 'analytics.campaign-result-computed'],
  ['11', 'analytics.campaign-result-published'],
  ['12', 'analytics.campaign-result-viewed'],
];

describe('the registry', () => {
  it.each(SERVICES)('holds every contract file of %s, under the type that the file is named for', (service) => {
    const types = contracts.filter((contract) => contract.service === service).map(({ type }) => type);
    expect(types).toEqual(filesOf(service).map((name) => `crm.${service}.${name.slice(0, -'.ts'.length)}`));
  });

  it('holds each type once', () => {
    expect(new Set(contracts.map(({ type }) => type)).size).toBe(contracts.length);
  });

  it.each(LOOP)('makes hop %s visible as %s', (hop, event) => {
    expect(contractOf(`crm.${event}.v1`).hop).toBe(hop);
  });

  it('says of every service that it has erased a party', () => {
    for (const service of SERVICES) expect(isPublicType(`crm.${service}.subject-erased.v1`)).toBe(true);
  });

  it('has no contract for what a service keeps to itself', () => {
    expect(internalType('sales')).toBe('crm.sales.internal.v1');
    expect(isInternalType('crm.sales.internal.v1')).toBe(true);
    expect(() => contractOf('crm.sales.internal.v1')).toThrow(UnknownContract);
  });

  it('names one topic for each service', () => {
    expect(topicOf('customer-information')).toBe('crm.customer-information.events.v1');
  });
});
