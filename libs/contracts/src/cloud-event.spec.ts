import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CloudEvent, CloudEventAttributes } from './cloud-event.js';
import { fromStructured, toStructured } from './cloud-event-json.js';
import { fromKafkaMessage, toKafkaHeaders } from './cloud-event-kafka.js';

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const time = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const optional = {
  subject: text,
  causationid: text,
  loopid: fc.uuid(),
  hop: fc.constantFrom('1', '4-1', '12'),
  traceparent: text,
};
const required = {
  id: fc.uuid(),
  source: text,
  type: text,
  time,
  partitionkey: text,
  schemaversion: fc.integer({ min: 1, max: 99 }),
  lane: fc.integer({ min: 0, max: 15 }),
  position: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).filter((position) => position.toString().length < 20),
  incarnation: text,
  correlationid: text,
  occurredat: time,
};
const attributes = fc.record(
  { ...required, ...optional },
  { requiredKeys: Object.keys(required) as (keyof typeof required)[] },
);
const data = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const anEvent: CloudEvent = {
  id: '0199a3c0-5e00-7000-8000-000000000001',
  source: '/crm/sales',
  type: 'crm.sales.order-placed.v1',
  time: '2026-03-06T15:40:01.250Z',
  partitionkey: '5d1f0a2c-7b3e-8c4d-9e5f-000000000001',
  schemaversion: 1,
  lane: 3,
  position: 9007199254740993n,
  incarnation: '0199a3c0-0000-7000-8000-000000000000',
  correlationid: 'c-1',
  occurredat: '2026-03-06T15:40:00Z',
  data: { orderRef: '주문-4711' },
};
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const asAttributes = (event: CloudEvent): CloudEventAttributes => event;
const headersWith = (changes: Record<string, unknown>) =>
  ({ ...toKafkaHeaders(anEvent), ...changes }) as Record<string, string>;
const value = JSON.stringify(anEvent.data);

describe('a CloudEvent as a Kafka message in binary mode', () => {
  it('comes back as it went, headers as texts or as bytes', () => {
    fc.assert(
      fc.property(attributes, data, (given, payload) => {
        const event = { ...given, data: payload } as CloudEvent;
        const headers = toKafkaHeaders(event);
        const encoded = Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, bytes(header)]));
        expect(fromKafkaMessage(headers, JSON.stringify(payload))).toEqual(event);
        expect(fromKafkaMessage(encoded, bytes(JSON.stringify(payload)))).toEqual(event);
      }),
    );
  });

  it('has a content type and one ce_ header for each attribute that is there', () => {
    expect(toKafkaHeaders(asAttributes(anEvent))).toEqual({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: anEvent.id,
      ce_source: '/crm/sales',
      ce_type: 'crm.sales.order-placed.v1',
      ce_time: '2026-03-06T15:40:01.250Z',
      ce_partitionkey: anEvent.partitionkey,
      ce_schemaversion: '1',
      ce_lane: '3',
      ce_position: '9007199254740993',
      ce_incarnation: anEvent.incarnation,
      ce_correlationid: 'c-1',
      ce_occurredat: '2026-03-06T15:40:00Z',
    });
  });

  it('ignores headers of others and a charset', () => {
    expect(
      fromKafkaMessage(
        headersWith({ ce_tenant: 'x', b3: 'y', 'content-type': 'application/json; charset=utf-8' }),
        value,
      ),
    ).toEqual(anEvent);
  });

  it.each([
    'id',
    'source',
    'type',
    'time',
    'partitionkey',
    'schemaversion',
    'lane',
    'position',
    'incarnation',
    'correlationid',
    'occurredat',
  ])('is refused without %s', (name) => {
    expect(() => fromKafkaMessage(headersWith({ [`ce_${name}`]: undefined }), value)).toThrow(`${name}: is missing`);
  });

  it.each([
    ['specversion', '0.3'],
    ['position', '0'],
    ['position', '-1'],
    ['position', '1e3'],
    ['lane', '1.5'],
    ['time', 'yesterday'],
    ['occurredat', '2026-03-06'],
  ])('is refused with %s %s', (name, wrong) => {
    expect(() => fromKafkaMessage(headersWith({ [`ce_${name}`]: wrong }), value)).toThrow(name);
  });

  it('is refused when a header occurs twice or is not UTF-8', () => {
    expect(() => fromKafkaMessage(headersWith({ ce_id: ['a', 'b'] }), value)).toThrow('occurs more than once');
    expect(() => fromKafkaMessage(headersWith({ ce_id: Uint8Array.of(0xff) }), value)).toThrow('is not UTF-8');
  });

  it('is refused without a value, which would delete the key on a compacted topic, and with one that is not JSON', () => {
    expect(() => fromKafkaMessage(toKafkaHeaders(anEvent), null)).toThrow('data: is missing');
    expect(() => fromKafkaMessage(toKafkaHeaders(anEvent), '{')).toThrow('data: is not JSON');
    expect(() => fromKafkaMessage(headersWith({ 'content-type': 'application/avro' }), value)).toThrow('content-type');
  });
});

describe('a CloudEvent as one JSON object', () => {
  it('comes back as it went, also through JSON text', () => {
    fc.assert(
      fc.property(attributes, data, (given, payload) => {
        const event = { ...given, data: payload } as CloudEvent;
        expect(fromStructured(JSON.parse(JSON.stringify(toStructured(event))))).toEqual(event);
      }),
    );
  });

  it('writes a position as text, since it has 64 bits, and a lane as a number', () => {
    expect(toStructured(anEvent)).toMatchObject({
      specversion: '1.0',
      datacontenttype: 'application/json',
      position: '9007199254740993',
      lane: 3,
    });
  });

  it('is refused when it is no object, has no data, other data than JSON, or an attribute that is no text', () => {
    expect(() => fromStructured('x')).toThrow('event');
    expect(() => fromStructured({ ...toStructured(anEvent), data: undefined })).toThrow('data: is missing');
    expect(() => fromStructured({ ...toStructured(anEvent), datacontenttype: 'text/xml' })).toThrow('datacontenttype');
    expect(() => fromStructured({ ...toStructured(anEvent), id: {} })).toThrow('id: is not a text');
  });
});
