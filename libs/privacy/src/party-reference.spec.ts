import { isId } from '@crm/event-sourcing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { developmentKeys } from './development-keys.js';
import { parsePartyReference, partyIdOf } from './party-reference.js';

const { referenceKey } = developmentKeys('marketing');

describe('a party reference', () => {
  it('names a system and a value', () => {
    expect(parsePartyReference('cdnow:00004')).toEqual({ system: 'cdnow', value: '00004', reference: 'cdnow:00004' });
    expect(parsePartyReference('web-shop:a:b')).toMatchObject({ system: 'web-shop', value: 'a:b' });
  });

  it.each([
    '',
    'cdnow',
    'cdnow:',
    ':1',
    'CDNOW:1',
    'cd now:1',
    'cdnow: 1',
    'cdnow:1\n',
    'cdnow:a\u0000b',
    `cdnow:${'1'.repeat(129)}`,
  ])('is not %j', (text) => {
    expect(() => parsePartyReference(text)).toThrow(expect.objectContaining({ code: 'party-reference-invalid' }));
  });

  it('gives the same id in every service, for every way to write its letters', () => {
    const id = partyIdOf('shop:José'.normalize('NFC'), referenceKey);
    expect(isId(id)).toBe(true);
    expect(id[14]).toBe('8');
    expect(partyIdOf('shop:José'.normalize('NFD'), developmentKeys('sales').referenceKey)).toBe(id);
  });

  it('gives an id that cannot be made without the key', () => {
    expect(partyIdOf('cdnow:00004', Buffer.alloc(32, 1))).not.toBe(partyIdOf('cdnow:00004', referenceKey));
  });

  it('has an id that stays as it is in every release', () => {
    expect(partyIdOf('cdnow:00004', referenceKey)).toBe('e81d6e2a-67bd-8a5c-be08-db730f73fad6');
  });
});

describe('development keys', () => {
  const before = process.env['NODE_ENV'];
  afterEach(() => {
    process.env['NODE_ENV'] = before;
  });

  it('differ between services, except for the reference key', () => {
    const [one, other] = [developmentKeys('sales'), developmentKeys('service')];
    expect(one.indexKey).not.toEqual(other.indexKey);
    expect(one.keks).not.toEqual(other.keks);
    expect(one.referenceKey).toEqual(other.referenceKey);
  });

  it('are refused in production', () => {
    process.env['NODE_ENV'] = 'production';
    expect(() => developmentKeys('sales')).toThrow('refused in production');
  });
});
