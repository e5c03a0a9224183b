import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICES, internalType, topicOf } from '../contract.js';
import { contracts } from '../registry.js';
import { fieldsOf } from '../schema-fields.js';
import { artefactsOf } from './artefacts.js';
import { driftOf, readSamples, writeArtefacts } from './files.js';

const samples = readSamples(join(import.meta.dirname, '../../samples'));
const artefacts = artefactsOf(contracts, samples, '1.2.3');
const asyncapi = JSON.parse(artefacts.get('asyncapi.json') ?? '') as Record<string, unknown>;
const page = artefacts.get('events.md') ?? '';

const refsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => (name === '$ref' ? [String(member)] : refsIn(member)));
};
const resolve = (ref: string): unknown =>
  ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], asyncapi);

describe('generated files', () => {
  it('are the same bytes every time', () => {
    expect([...artefactsOf(contracts, samples, '1.2.3')]).toEqual([...artefacts]);
  });

  it('hold one schema for each contract, named and described', () => {
    for (const { type, description } of contracts) {
      const schema = JSON.parse(artefacts.get(`schemas/${type}.json`) ?? '') as Record<string, unknown>;
      expect(schema).toMatchObject({ $id: `urn:crm:contract:${type}`, title: type, description });
    }
  });

  it('hold one for what a service keeps to itself', () => {
    for (const service of SERVICES) {
      const type = internalType(service);
      expect(JSON.parse(artefacts.get(`schemas/${type}.json`) ?? '')).toMatchObject({ title: type, maxProperties: 0 });
    }
  });

  it('leave every schema open for fields of later releases', () => {
    for (const { data } of contracts)
      expect(fieldsOf(data).filter(({ schema }) => schema.additionalProperties === false)).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  it('has one channel for each topic', () => {
    expect(asyncapi).toMatchObject({ asyncapi: '3.0.0', info: { version: '1.2.3' } });
    expect(
      Object.values(asyncapi.channels as Record<string, { address: string }>).map(({ address }) => address),
    ).toEqual(SERVICES.map(topicOf));
  });

  it('refers only to what is there', () => {
    for (const ref of refsIn(asyncapi)) {
      expect([ref, ref.startsWith('#/') ? resolve(ref) : artefacts.get(ref.slice('./'.length))]).not.toEqual([
        ref,
        undefined,
      ]);
    }
  });

  it('lets every contract travel on the topic of its service', () => {
    for (const { service, type } of contracts) {
      expect(resolve(`#/channels/${service}/messages`)).toHaveProperty([type]);
      expect(resolve(`#/components/messages`)).toHaveProperty([type]);
    }
  });
});

describe('the page of events', () => {
  it('has a section for each contract, and every link of its tables leads to one', () => {
    const anchors = page
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll('.', ''));
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links).toHaveLength(contracts.length);
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
  });
});

describe('drift', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contracts-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is gone after writing', () => {
    expect(driftOf(folder, artefacts)).toHaveLength(artefacts.size);
    writeArtefacts(folder, artefacts);
    expect(driftOf(folder, artefacts)).toEqual([]);
  });

  it('is seen when a file was edited, and when one stayed behind', () => {
    writeArtefacts(folder, artefacts);
    writeFileSync(join(folder, 'events.md'), `${page}by hand`);
    mkdirSync(join(folder, 'schemas'), { recursive: true });
    writeFileSync(join(folder, 'schemas/crm.sales.gone.v1.json'), '{}');
    expect(driftOf(folder, artefacts)).toEqual(['events.md', 'schemas/crm.sales.gone.v1.json']);
    expect(writeArtefacts(folder, artefacts)).toHaveLength(2);
    expect(driftOf(folder, artefacts)).toEqual([]);
  });
});
