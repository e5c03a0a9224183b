import { newId } from '@crm/event-sourcing';
import type { KeyRing } from '@crm/privacy';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** What every key ring has to promise. The same suite on each implementation. */
export function keyRingFeatures(name: string, open: () => Promise<{ keyRing: KeyRing; close(): Promise<void> }>): void {
  describe(`key ring on ${name}`, () => {
    let keyRing: KeyRing;
    let close: () => Promise<void>;

    beforeAll(async () => {
      const opened = await open();
      keyRing = opened.keyRing;
      close = () => opened.close();
    });
    afterAll(() => close());

    it('makes one key of 32 bytes for each subject', async () => {
      const [ada, ben] = [newId(), newId()];
      const keys = await keyRing.toSeal([ada, ben]);
      expect(keys.get(ada)).toHaveLength(32);
      expect(keys.get(ben)).toHaveLength(32);
      expect(keys.get(ada)).not.toEqual(keys.get(ben));
    });

    it('gives the same key again, to seal and to open', async () => {
      const subject = newId();
      const first = (await keyRing.toSeal([subject])).get(subject);
      expect((await keyRing.toSeal([subject])).get(subject)).toEqual(first);
      expect((await keyRing.toOpen([subject])).get(subject)).toEqual(first);
    });

    it('makes one key for a subject that many ask for at once', async () => {
      const subject = newId();
      const answers = await Promise.all(Array.from({ length: 50 }, () => keyRing.toSeal([subject, newId()])));
      expect(new Set(answers.map((keys) => Buffer.from(keys.get(subject) ?? []).toString('hex'))).size).toBe(1);
    });

    it('says so when a subject never had a key', async () => {
      await expect(keyRing.toOpen([newId()])).rejects.toMatchObject({ name: 'KeyMissing' });
    });

    it('makes no key for a subject whose key was destroyed, and opens with null', async () => {
      const subject = newId();
      await keyRing.toSeal([subject]);
      expect(await keyRing.destroy([subject])).toBe(1);
      await expect(keyRing.toSeal([subject])).rejects.toMatchObject({ name: 'KeyErased' });
      expect((await keyRing.toOpen([subject])).get(subject)).toBeNull();
    });

    it('makes no key for a subject that was erased before it had one', async () => {
      const subject = newId();
      expect(await keyRing.destroy([subject])).toBe(0);
      await expect(keyRing.toSeal([subject])).rejects.toMatchObject({ name: 'KeyErased' });
      expect((await keyRing.toOpen([subject])).get(subject)).toBeNull();
    });

    it('answers a repeated destruction as it answered the first', async () => {
      const [withKey, without] = [newId(), newId()];
      await keyRing.toSeal([withKey]);
      expect(await keyRing.destroy([withKey, without])).toBe(1);
      expect(await keyRing.destroy([withKey, without])).toBe(1);
    });

    it('leaves the keys of others alone', async () => {
      const [erased, other] = [newId(), newId()];
      const before = (await keyRing.toSeal([erased, other])).get(other);
      await keyRing.destroy([erased]);
      expect((await keyRing.toOpen([other])).get(other)).toEqual(before);
    });
  });
}
