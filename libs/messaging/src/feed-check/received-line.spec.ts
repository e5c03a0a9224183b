import { describe, expect, it } from '@jest/globals';
import { receivedEvent } from './received-line.js';

const received = { source: 'sales', incarnation: 'first', lane: 3, position: 41n, id: 'event-41' };

describe('a line that was received', () => {
  it('is an envelope as kcat prints it', () => {
    const line = `{"topic":"crm.sales.events.v1","partition":3,"offset":57,"tstype":"create","ts":1767225600000,"broker":1,
      "headers":["content-type","application/json","ce_specversion","1.0","ce_id","event-41","ce_source","/crm/sales",
      "ce_lane","3","ce_position","41","ce_incarnation","first"],"key":"k","payload":"{\\"position\\":\\"7\\",\\"id\\":\\"x\\"}"}`;
    expect(receivedEvent(line)).toEqual(received);
  });

  it.each([
    [
      'headers by name',
      {
        headers: {
          ce_id: 'event-41',
          ce_source: '/crm/sales',
          ce_lane: '3',
          ce_position: '41',
          ce_incarnation: 'first',
        },
      },
    ],
    [
      'the headers alone',
      { ce_id: 'event-41', ce_source: '/crm/sales', ce_lane: '3', ce_position: '41', ce_incarnation: 'first' },
    ],
    [
      'a CloudEvent',
      {
        specversion: '1.0',
        id: 'event-41',
        source: '/crm/sales',
        lane: 3,
        position: '41',
        incarnation: 'first',
        data: {},
      },
    ],
    [
      'an event of the feed',
      { source: 'sales', incarnation: 'first', lane: 3, position: '41', eventId: 'event-41', data: { id: 'x' } },
    ],
  ])('is %s', (_, line) => {
    expect(receivedEvent(JSON.stringify(line))).toEqual(received);
  });

  it.each([
    ['line', 'not JSON'],
    ['line', '["ce_id", "event-41"]'],
    ['lane', '{"id":"1","source":"sales","incarnation":"first","position":"1"}'],
    ['position', '{"id":"1","source":"sales","incarnation":"first","lane":0,"position":"0"}'],
    ['lane', '{"id":"1","source":"sales","incarnation":"first","lane":-1,"position":"1"}'],
    ['incarnation', '{"id":"1","source":"sales","incarnation":"","lane":0,"position":"1"}'],
    ['id', '{"source":"sales","incarnation":"first","lane":0,"position":"1"}'],
  ])('is refused for its %s: %s', (attribute, line) => {
    expect(() => receivedEvent(line)).toThrow(expect.objectContaining({ attribute }));
  });
});
