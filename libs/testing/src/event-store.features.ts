import {
  CommandIdReused,
  ConcurrencyConflict,
  EventStore,
  deriveId,
  newId,
  runInContext,
  type EventLog,
  type RecordedEvent,
} from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliverParcel, parcelAggregate, resendParcel, scanParcel, sendParcel, type ParcelEvent } from './parcel.js';

/** What every event log has to promise. The same suite on each implementation. */
export function eventStoreFeatures(name: string, open: () => Promise<{ log: EventLog; close(): Promise<void> }>): void {
  describe(`event store on ${name}`, () => {
    let log: EventLog;
    let store: EventStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const opened = await open();
      log = opened.log;
      close = () => opened.close();
      store = new EventStore(log);
    });
    afterAll(() => close());

    const wholeLog = async (): Promise<readonly RecordedEvent[]> => {
      const events: RecordedEvent[] = [];
      let after = Array.from({ length: log.lanes }, () => 0n);
      for (;;) {
        const page = await log.readLanes(after, 100);
        if (page.length === 0) return events;
        events.push(...page);
        after = after.map((position, lane) => page.filter((event) => event.lane === lane).at(-1)?.position ?? position);
      }
    };

    describe('carrying out a command', () => {
      it('appends what was decided, at the version that was read', async () => {
        const parcel = newId();
        const sent = await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        const scanned = await store.transact(parcelAggregate, parcel, scanParcel('Daegu'));
        expect([sent.version, scanned.version]).toEqual([1, 2]);
        expect(scanned.position).toBeGreaterThan(sent.position);
        expect(await store.read(parcelAggregate, parcel)).toMatchObject({
          state: { status: 'sent', scans: ['Daegu'] },
          version: 2,
        });
      });

      it('stores nothing when the decision emits nothing', async () => {
        const parcel = newId();
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        const again = await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        expect([again.version, again.events]).toEqual([1, []]);
      });

      it('stores nothing when the decision refuses', async () => {
        const parcel = newId();
        await expect(store.transact(parcelAggregate, parcel, scanParcel('Daegu'))).rejects.toMatchObject({
          code: 'parcel-not-under-way',
        });
        expect(await log.readStream(parcel, 0)).toEqual([]);
      });

      it('lets exactly one of fifty concurrent rivals win', async () => {
        const parcel = newId();
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        const attempts = await Promise.allSettled(
          Array.from({ length: 50 }, (_, rival) =>
            store.transact(parcelAggregate, parcel, deliverParcel(`rival ${String(rival)}`)),
          ),
        );
        expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
        expect(await log.readStream(parcel, 0)).toHaveLength(2);
      });

      it('refuses a version that is not the one expected', async () => {
        const parcel = newId();
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        await expect(
          store.transact(parcelAggregate, parcel, deliverParcel('Kim'), { expectedVersion: 7 }),
        ).rejects.toBeInstanceOf(ConcurrencyConflict);
      });

      it('says who caused it, on both time axes', async () => {
        const parcel = newId();
        const context = { correlationId: newId(), causationId: newId(), actor: 'user:tester', loopId: newId() };
        await runInContext(context, () =>
          store.transact({ ...parcelAggregate, hops: { ParcelSent: '6' } }, parcel, sendParcel('Busan'), {
            occurredAt: '2020-02-29T10:00:00.000Z',
          }),
        );
        const [event] = await log.readStream(parcel, 0);
        expect(event?.meta).toMatchObject({ ...context, hop: '6' });
        expect(event?.occurredAt).toBe('2020-02-29T10:00:00.000Z');
        expect(Date.parse(event?.recordedAt ?? '')).toBeGreaterThan(Date.parse('2026-01-01'));
      });
    });

    describe('a command that arrives twice', () => {
      it('is carried out once and answered alike', async () => {
        const [parcel, commandId] = [newId(), newId()];
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        const attempts = await Promise.all(
          [1, 2].map(() =>
            store.transact(parcelAggregate, parcel, deliverParcel('Kim'), { commandId, result: { created: false } }),
          ),
        );
        const later = await store.transact(parcelAggregate, parcel, deliverParcel('Kim'), { commandId });
        expect(
          new Set([...attempts, later].map((answer) => `${String(answer.version)} ${String(answer.position)}`)).size,
        ).toBe(1);
        expect(later).toMatchObject({ repeated: true, result: { created: false } });
        expect(await log.readStream(parcel, 0)).toHaveLength(2);
      });

      it('is refused when its content is another', async () => {
        const [parcel, commandId] = [newId(), newId()];
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'), { commandId, fingerprint: 'one' });
        await expect(
          store.transact(parcelAggregate, parcel, sendParcel('Jeju'), { commandId, fingerprint: 'other' }),
        ).rejects.toBeInstanceOf(CommandIdReused);
      });

      it('is remembered even when it changed nothing', async () => {
        const [parcel, commandId] = [newId(), newId()];
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        const first = await store.transact(parcelAggregate, parcel, sendParcel('Busan'), { commandId });
        await store.transact(parcelAggregate, parcel, scanParcel('Daegu'));
        const again = await store.transact(parcelAggregate, parcel, sendParcel('Busan'), { commandId });
        expect([again.version, again.position]).toEqual([first.version, first.position]);
      });
    });

    describe('a fact with a natural key', () => {
      const fact: ParcelEvent = { type: 'ParcelSent', data: { to: 'Busan' } };

      it('is accepted once, then a duplicate; other content is a conflict', async () => {
        const id = deriveId('parcel', newId());
        const first = await store.recordFact(parcelAggregate, id, fact, { fingerprint: 'a' });
        const again = await store.recordFact(parcelAggregate, id, fact, { fingerprint: 'a' });
        const other = await store.recordFact(parcelAggregate, id, fact, { fingerprint: 'b' });
        expect([first.status, again.status, other.status]).toEqual(['accepted', 'duplicate', 'conflict']);
        expect(again.committed.position).toBe(first.committed.position);
      });

      it('is accepted once when it arrives many times at once', async () => {
        const id = deriveId('parcel', newId());
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, () => store.recordFact(parcelAggregate, id, fact, { fingerprint: 'a' })),
        );
        expect(outcomes.filter((outcome) => outcome.status === 'accepted')).toHaveLength(1);
        expect(await log.readStream(id, 0)).toHaveLength(1);
      });
    });

    describe('the log', () => {
      it('hands out positions without a gap, in every lane, under load', async () => {
        const before = await log.heads();
        await Promise.all(
          Array.from({ length: 600 }, async () => {
            const parcel = newId();
            await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
            await store.transact(parcelAggregate, parcel, scanParcel('Daegu'));
          }),
        );
        const heads = await log.heads();
        const events = await wholeLog();
        expect(heads.reduce((sum, head) => sum + head, 0n) - before.reduce((sum, head) => sum + head, 0n)).toBe(1200n);
        for (const [lane, head] of heads.entries()) {
          const positions = events.filter((event) => event.lane === lane).map((event) => event.position);
          expect(positions).toEqual(Array.from({ length: Number(head) }, (_, index) => BigInt(index + 1)));
        }
      });

      it('keeps the order of a stream and never lets the recording time run back within a lane', async () => {
        const events = await wholeLog();
        const versions = new Map<string, number>();
        const times = new Map<number, string>();
        for (const event of events) {
          expect(event.version).toBe((versions.get(event.streamId) ?? 0) + 1);
          expect(event.recordedAt >= (times.get(event.lane) ?? '')).toBe(true);
          versions.set(event.streamId, event.version);
          times.set(event.lane, event.recordedAt);
        }
      });

      it('keeps everything of one key in one lane, in order', async () => {
        const [customer, first, second] = [newId(), newId(), newId()];
        await store.transact(parcelAggregate, first, sendParcel('Busan'), { key: customer });
        await store.transact(parcelAggregate, second, sendParcel('Jeju'), { key: customer });
        await store.transact(parcelAggregate, first, scanParcel('Daegu'));
        const ours = (await wholeLog()).filter((event) => event.key === customer);
        expect(ours.map((event) => event.streamId)).toEqual([first, second, first]);
        expect(new Set(ours.map((event) => event.lane)).size).toBe(1);
      });

      it('tells listeners that there is something to read', async () => {
        let calls = 0;
        const stop = log.onAppended(() => (calls += 1));
        await store.transact(parcelAggregate, newId(), sendParcel('Busan'));
        expect(calls).toBeGreaterThan(0);
        stop();
      });
    });

    it('remembers its incarnations, and began the first one with nothing', async () => {
      const history = await log.incarnations();
      expect(history).toHaveLength(1);
      expect(history[0]).toMatchObject({
        incarnation: await log.incarnation(),
        predecessor: null,
        heads: Array.from({ length: log.lanes }, () => 0n),
      });
    });

    describe('history', () => {
      it('is read as of a moment and as known at a moment, late facts included', async () => {
        const parcel = newId();
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'), { occurredAt: '2024-01-01T00:00:00.000Z' });
        await store.transact(parcelAggregate, parcel, scanParcel('Daegu'), { occurredAt: '2024-01-05T00:00:00.000Z' });
        await store.transact(parcelAggregate, parcel, scanParcel('Daejeon'), {
          occurredAt: '2024-01-03T00:00:00.000Z',
        });
        const [, second] = await log.readStream(parcel, 0);
        const scans = async (bounds: { asOf?: string; knownAt?: string }) =>
          (await store.read(parcelAggregate, parcel, bounds)).state.scans;
        expect(await scans({ asOf: '2024-01-04T00:00:00.000Z' })).toEqual(['Daejeon']);
        expect(await scans({ asOf: '2024-02-01T00:00:00.000Z' })).toEqual(['Daejeon', 'Daegu']);
        expect(await scans({ knownAt: '2024-02-01T00:00:00.000Z' })).toEqual([]);
        expect(await scans({ knownAt: second?.recordedAt ?? '' })).toContain('Daegu');
      });

      it('is the same with a snapshot as without', async () => {
        const parcel = newId();
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
        for (let scan = 0; scan < 120; scan++)
          await store.transact(parcelAggregate, parcel, scanParcel(`depot ${String(scan)}`));
        const snapshot = await log.findSnapshot(parcel, 1);
        expect(snapshot?.version).toBeGreaterThanOrEqual(100);
        const { state, version } = await store.read(parcelAggregate, parcel);
        const { category, initial, evolve } = parcelAggregate;
        expect(await store.read({ category, initial, evolve }, parcel)).toMatchObject({ state, version });
        expect([state.scans.length, version]).toEqual([120, 121]);
      });
    });

    describe('an erased key', () => {
      it('accepts nothing any more and keeps no snapshot', async () => {
        const [customer, parcel] = [newId(), newId()];
        await store.transact(parcelAggregate, parcel, sendParcel('Busan'), { key: customer });
        await log.saveSnapshot({ streamId: parcel, key: customer, stateVersion: 1, version: 1, state: {} });
        await log.bury(customer);
        await log.bury(customer);
        await log.saveSnapshot({ streamId: parcel, key: customer, stateVersion: 1, version: 9, state: {} });
        expect(await log.isBuried(customer)).toBe(true);
        expect(await log.findSnapshot(parcel, 1)).toBeUndefined();
        for (const stream of [parcel, newId()])
          await expect(
            store.transact(parcelAggregate, stream, resendParcel('Jeju'), { key: customer }),
          ).rejects.toMatchObject({
            code: 'party-erased',
            details: { status: 410 },
          });
      });
    });
  });
}
