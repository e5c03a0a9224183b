import { EventStore, InMemoryEventLog, type Aggregate, type DomainEvent, type Json } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InMemoryKeyRing } from './in-memory-key-ring.js';
import type { SealedPlace } from './sealed-value.js';
import { Vault } from './vault.js';

const place: SealedPlace = { subject: 'party-1', streamId: 'stream-1', eventId: 'event-1', field: 'fullName' };

const newVault = (): { vault: Vault; keyRing: InMemoryKeyRing } => {
  const keyRing = new InMemoryKeyRing();
  return { vault: new Vault(keyRing), keyRing };
};

/** The same value with one part of what it says about itself replaced. */
const moved = (sealed: string, part: number, text: string): string => sealed.split(':').with(part, text).join(':');

describe('a sealed value', () => {
  it('opens as what was sealed, whatever it is', async () => {
    const { vault } = newVault();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc.string({ unit: 'binary' }).map((text) => text as unknown),
        ),
        async (value) => {
          const opened = await vault.openValue(await vault.sealValue(place, value as Json));
          expect(opened).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });

  it('opens for no other subject, stream, event or field', async () => {
    const { vault } = newVault();
    await vault.sealValue({ ...place, subject: 'party-2' }, 'makes a key');
    const elsewhere = fc.constantFrom<readonly [number, string]>(
      [2, 'party-2'],
      [3, 'stream-2'],
      [4, 'event-2'],
      [5, 'email'],
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), elsewhere, async (value, [part, text]) => {
        const sealed = await vault.sealValue(place, value);
        await expect(vault.openValue(moved(sealed, part, text))).rejects.toMatchObject({ name: 'TamperedValue' });
      }),
    );
  });

  it('does not open once a bit of it has changed', async () => {
    const { vault } = newVault();
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const sealed = await vault.sealValue(place, 'Ada Lovelace');
        const box = Buffer.from(sealed.split(':')[6] ?? '', 'base64url');
        const index = at % box.length;
        box[index] = (box[index] ?? 0) ^ (1 << bit);
        await expect(vault.openValue(moved(sealed, 6, box.toString('base64url')))).rejects.toMatchObject({
          name: 'TamperedValue',
        });
      }),
    );
  });

  it.each(['', 'Ada', 'enc:2:a:b:c:d:AAAA', 'enc:1:a:b:c:d', 'enc:1:a:b:c:d:', 'enc:1:party-1:b:c:d:AAAA'])(
    'is not %j',
    async (text) => {
      const { vault } = newVault();
      await expect(vault.openValue(text)).rejects.toMatchObject({ name: 'TamperedValue' });
    },
  );

  it('is another text each time', async () => {
    const { vault } = newVault();
    expect(await vault.sealValue(place, 'Ada')).not.toBe(await vault.sealValue(place, 'Ada'));
  });

  it('opens as null once its key is destroyed, and can be sealed no more', async () => {
    const { vault, keyRing } = newVault();
    const sealed = await vault.sealValue(place, 'Ada');
    await keyRing.destroy([place.subject]);
    expect(await vault.openValue(sealed)).toBeNull();
    await expect(vault.sealValue(place, 'Ada')).rejects.toMatchObject({ name: 'KeyErased', code: 'party-erased' });
  });

  it('is never made for a place that could not be told from another', async () => {
    const { vault } = newVault();
    await expect(vault.sealValue({ ...place, field: 'a:b' }, 'Ada')).rejects.toThrow(RangeError);
  });
});

describe('rows of a read model', () => {
  it('have the named columns opened, null where nothing is or where the person was erased', async () => {
    const { vault, keyRing } = newVault();
    const [ada, ben] = await Promise.all([
      vault.sealValue(place, 'Ada'),
      vault.sealValue({ ...place, subject: 'party-2' }, 'Ben'),
    ]);
    await keyRing.destroy(['party-2']);
    const rows = [
      { id: 1, name: ada, phone: null },
      { id: 2, name: ben, phone: null },
    ];
    expect(await vault.openColumns(rows, ['name', 'phone'])).toEqual([
      { id: 1, name: 'Ada', phone: null },
      { id: 2, name: null, phone: null },
    ]);
  });
});

type Registered = DomainEvent<
  'Registered',
  { readonly fullName: string; readonly kind: string; readonly phone?: string | null }
>;
interface Person {
  readonly names: readonly (string | null)[];
}
const person: Aggregate<Person, Registered> = {
  category: 'person',
  initial: { names: [] },
  evolve: (state, event) => ({ names: [...state.names, event.data.fullName] }),
  personal: { Registered: ['fullName', 'phone'] },
};
const register = (fullName: string) => (): readonly Registered[] => [
  { type: 'Registered', data: { fullName, kind: 'person', phone: null } },
];

describe('events in a store with a vault', () => {
  const streamId = '018f0000-0000-7000-8000-000000000001';

  it('hold personal fields sealed, and open for a decision', async () => {
    const { vault } = newVault();
    const log = new InMemoryEventLog();
    const store = new EventStore(log, { codec: vault });
    await store.transact(person, streamId, register('Ada'));
    const [stored] = await log.readStream(streamId, 0);
    expect(stored?.data).toEqual({ fullName: expect.stringMatching(/^enc:1:/), kind: 'person', phone: null });
    expect((await store.read(person, streamId)).state.names).toEqual(['Ada']);
  });

  it('refuse a value that was copied from another event of the same person', async () => {
    const { vault } = newVault();
    const item = { subject: streamId, streamId, fields: ['fullName'] };
    const [first] = await vault.seal([{ ...item, eventId: 'event-1', data: { fullName: 'Ada' } }]);
    await expect(vault.open([{ ...item, eventId: 'event-2', data: first ?? {} }])).rejects.toMatchObject({
      name: 'TamperedValue',
    });
  });

  it('read as null after the erasure and take nothing more', async () => {
    const { vault, keyRing } = newVault();
    const store = new EventStore(new InMemoryEventLog(), { codec: vault });
    await store.transact(person, streamId, register('Ada'));
    await keyRing.destroy([streamId]);
    expect((await store.read(person, streamId)).state.names).toEqual([null]);
    await expect(store.transact(person, streamId, register('Ada'))).rejects.toMatchObject({ code: 'party-erased' });
  });
});
