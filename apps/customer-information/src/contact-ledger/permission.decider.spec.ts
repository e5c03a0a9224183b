import { fold } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import type { ContactPolicy } from '../contact-policy/contact-policy.js';
import type { ContactLedgerEvent } from './contact-ledger.events.js';
import { contactLedgerAggregate } from './contact-ledger.js';
import { decidePermission, type Permission, type PermissionRequest, type Ruling } from './permission.decider.js';

const NOW = '2026-03-10T03:00:00.000Z';
const open: ContactPolicy = { policyVersion: 1, default: 'granted', caps: [], quietHours: [] };
const request: PermissionRequest = {
  channel: 'email',
  purpose: 'winback',
  at: NOW,
  now: NOW,
  timeZone: 'Asia/Seoul',
  reachable: true,
  erased: false,
  incomplete: false,
};

const consent = (
  type: 'ConsentGranted' | 'ConsentDenied',
  purpose: string,
  channel: string,
  at = '2026-01-01T00:00:00.000Z',
) => ({ type, data: { purpose, channel, source: 'web', at } }) satisfies ContactLedgerEvent;
const contact = (at: string, channel = 'call') =>
  ({
    type: 'ContactRecorded',
    data: { contactKey: `contact ${at} ${channel}`, channel, at, certainty: 'certain' },
  }) satisfies ContactLedgerEvent;
const reservation = (key: string, at = '2020-01-01T00:00:00.000Z') =>
  ({
    type: 'ContactReserved',
    data: { reservationKey: key, channel: 'email', purpose: 'winback', at },
  }) satisfies ContactLedgerEvent;

const decide = (
  history: readonly ContactLedgerEvent[],
  policy: Partial<ContactPolicy> = {},
  asked: Partial<PermissionRequest> = {},
): Permission =>
  decidePermission(fold(contactLedgerAggregate, history), { ...open, ...policy }, { ...request, ...asked });

const ruling = (permission: Permission, rule: Ruling['rule']): Ruling | undefined =>
  permission.rulings.find((one) => one.rule === rule);

describe('consent', () => {
  it('that is unknown is denied, unless the policy says otherwise', () => {
    expect(decide([], { default: 'denied' }).outcome).toBe('denied');
    expect(decide([], { default: 'granted' }).outcome).toBe('granted');
    expect(ruling(decide([]), 'consent')).toMatchObject({ versions: [], byPolicy: true });
  });

  it.each([
    ['the very pair', 'winback', 'email'],
    ['any channel', 'winback', 'any'],
    ['any purpose', 'any', 'email'],
    ['anything', 'any', 'any'],
  ])('granted for %s permits', (_, purpose, channel) => {
    expect(decide([consent('ConsentGranted', purpose, channel)], { default: 'denied' }).outcome).toBe('granted');
  });

  it('goes by the least permissive statement, and names it', () => {
    const permission = decide([
      consent('ConsentGranted', 'winback', 'email'),
      consent('ConsentDenied', 'any', 'email'),
    ]);
    expect(permission.outcome).toBe('denied');
    expect(permission.rulings[0]).toMatchObject({ rule: 'consent', outcome: 'denied', versions: [2] });
  });

  it('for another purpose or channel says nothing', () => {
    const others = [consent('ConsentGranted', 'news', 'email'), consent('ConsentGranted', 'winback', 'sms')];
    expect(decide(others, { default: 'denied' }).outcome).toBe('denied');
  });

  it('holds from its time on: the recorder goes by its business time, a contact that leaves by all that is known', () => {
    const withdrawn = [
      consent('ConsentGranted', 'winback', 'any'),
      consent('ConsentDenied', 'winback', 'any', '2026-02-01T00:00:00.000Z'),
    ];
    const at = '2026-01-15T00:00:00.000Z';
    expect(decide(withdrawn, {}, { at, channel: 'recorder' }).outcome).toBe('granted');
    expect(decide(withdrawn, {}, { at }).outcome).toBe('denied');
  });
});

describe('frequency cap', () => {
  const caps = [{ channel: 'any', max: 1, windowDays: 7 }];

  it('counts contacts on all channels in its window', () => {
    const full = decide([contact('2026-03-05T00:00:00.000Z')], { caps });
    expect(full.outcome).toBe('denied');
    expect(ruling(full, 'frequency-cap')).toMatchObject({ outcome: 'denied', versions: [1], byPolicy: true });
    expect(decide([contact('2026-03-01T00:00:00.000Z')], { caps }).outcome).toBe('granted');
  });

  it('of one channel counts that channel, for that channel', () => {
    const email = [{ channel: 'email', max: 1, windowDays: 7 }];
    const history = [contact('2026-03-09T00:00:00.000Z', 'call')];
    expect(decide(history, { caps: email }).outcome).toBe('granted');
    expect(decide([contact('2026-03-09T00:00:00.000Z', 'email')], { caps: email }).outcome).toBe('denied');
    expect(decide([contact('2026-03-09T00:00:00.000Z', 'email')], { caps: email }, { channel: 'sms' }).outcome).toBe(
      'granted',
    );
  });

  it('counts open reservations, however old, but not the one of this contact', () => {
    expect(decide([reservation('other')], { caps }).outcome).toBe('denied');
    expect(decide([reservation('own')], { caps }, { reservationKey: 'own' }).outcome).toBe('granted');
  });

  it('is evaluated at the business time of the recorder', () => {
    const history = [contact('2026-03-05T00:00:00.000Z')];
    expect(decide(history, { caps }, { channel: 'recorder', at: '2026-03-01T00:00:00.000Z' }).outcome).toBe('granted');
    expect(decide(history, { caps }, { channel: 'recorder', at: '2026-03-06T00:00:00.000Z' }).outcome).toBe('denied');
    expect(decide(history, { caps }, { at: '2026-03-20T00:00:00.000Z' }).outcome).toBe('granted');
  });

  it('names every contact once, whatever caps are full', () => {
    const two = [...caps, { channel: 'email', max: 1, windowDays: 30 }];
    const history = [contact('2026-03-09T00:00:00.000Z', 'email'), contact('2026-03-08T00:00:00.000Z', 'call')];
    expect(ruling(decide(history, { caps: two }), 'frequency-cap')?.versions).toEqual([1, 2]);
  });
});

describe('a contact that is asked for again', () => {
  const made = (contactKey: string, certainty: 'certain' | 'undetermined' = 'certain', purpose = 'winback') =>
    ({
      type: 'ContactRecorded',
      data: { contactKey, channel: 'email', purpose, at: '2026-03-01T00:00:00.000Z', certainty },
    }) satisfies ContactLedgerEvent;
  const own = { reservationKey: 'own' };
  const freed: ContactLedgerEvent = {
    type: 'ReservationFreed',
    data: { reservationKey: 'own', reason: 'refused' },
  };

  it.each(['certain', 'undetermined'] as const)('is denied once it is %s, by the event that says so', (certainty) => {
    const permission = decide([reservation('own'), made('own', certainty)], {}, own);
    expect(permission.outcome).toBe('denied');
    expect(permission.rulings[0]).toEqual({
      rule: 'already-contacted',
      outcome: 'denied',
      versions: [2],
      byPolicy: false,
    });
  });

  it('is known by its treatment too, whatever the key', () => {
    const asked = { reservationKey: 'task-1', treatmentId: 'own' };
    expect(decide([made('own')], {}, asked).rulings[0]).toMatchObject({ rule: 'already-contacted', versions: [1] });
  });

  it('is denied for that reason first, and not made to wait', () => {
    const history = [consent('ConsentDenied', 'any', 'any'), made('own')];
    const quietHours = [{ channel: 'any', from: '11:00', to: '13:00' }];
    const permission = decide(history, { quietHours }, own);
    expect(permission).not.toHaveProperty('retryAt');
    expect(permission.rulings.slice(0, 2).map(({ rule }) => rule)).toEqual(['already-contacted', 'consent']);
  });

  it('is decided on the facts of today while nothing came of it', () => {
    expect(decide([reservation('own')], {}, own).outcome).toBe('granted');
    expect(decide([reservation('own'), made('own', 'undetermined'), freed], {}, own).outcome).toBe('granted');
    expect(ruling(decide([reservation('own')], {}, own), 'already-contacted')).toBeUndefined();
  });

  it('is not stopped by a call that presented nothing, nor by other contacts', () => {
    const call: ContactLedgerEvent = {
      type: 'ContactRecorded',
      data: { contactKey: 'own', channel: 'call', at: NOW, certainty: 'certain' },
    };
    expect(decide([call], {}, own).outcome).toBe('granted');
    expect(decide([made('other')], {}, own).outcome).toBe('granted');
    expect(decide([made('other')]).outcome).toBe('granted');
  });
});

describe('other rules', () => {
  it('deny an erased party and one that cannot be reached', () => {
    expect(decide([], {}, { erased: true }).rulings[0]).toMatchObject({ rule: 'erased', outcome: 'denied' });
    expect(decide([], {}, { reachable: false }).rulings[0]).toMatchObject({ rule: 'unreachable', outcome: 'denied' });
  });

  it('wait while something about the party is not kept yet', () => {
    expect(decide([], {}, { incomplete: true })).toMatchObject({
      outcome: 'not-now',
      retryAt: '2026-03-10T03:00:30.000Z',
    });
  });

  it('wait for the end of quiet hours, unless something denies', () => {
    const quietHours = [{ channel: 'any', from: '11:00', to: '13:00' }];
    expect(decide([], { quietHours })).toMatchObject({ outcome: 'not-now', retryAt: '2026-03-10T04:00:00.000Z' });
    expect(decide([], { quietHours }, { incomplete: true })).toMatchObject({ retryAt: '2026-03-10T04:00:00.000Z' });
    const denied = decide([], { quietHours }, { reachable: false });
    expect(denied).toMatchObject({ outcome: 'denied' });
    expect(denied).not.toHaveProperty('retryAt');
    expect(denied.rulings.map((one) => one.rule)).toEqual([
      'unreachable', 'quiet-hours', 'erased', 'consent', 'constraint', 'frequency-cap', 'incomplete',
    ]); // prettier-ignore
  });
});
