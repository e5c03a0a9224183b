import { describe, expect, it } from '@jest/globals';
import { CURRENCIES, minorDigitsOf } from './money.js';
import { RateLimits } from './rate-limits.js';
import { isDate, isInFuture, isTimestamp } from './times.js';
import { isPartyReference } from './validators.js';
import { Rejected } from '@crm/event-sourcing';

describe('money', () => {
  it('has the minor units of ISO 4217', () => {
    const digits = ['KRW', 'JPY', 'USD', 'EUR', 'KWD', 'CLF', 'XXX', ''].map(minorDigitsOf);
    expect(digits).toEqual([0, 0, 2, 2, 3, 4, undefined, undefined]);
    expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
    expect(CURRENCIES.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });
});

describe('a time', () => {
  it.each([
    '2026-01-31T09:00:00Z',
    '2026-01-31T09:00Z',
    '2024-02-29T23:59:59.123456+09:00',
    '1997-09-30T23:59:59.999-05:30',
  ])('is %s', (text) => {
    expect(isTimestamp(text)).toBe(true);
    expect(Number.isNaN(Date.parse(text))).toBe(false);
  });

  it.each([
    '2026-01-31',
    '2026-01-31T09:00:00',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T09:60:00Z',
    '2026-01-31T09:00:00+15:00',
    '0000-01-01T00:00:00Z',
  ])('is not %s', (text) => {
    expect(isTimestamp(text)).toBe(false);
  });

  it('may lie 5 minutes ahead, not more', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(isInFuture('2026-01-01T00:05:00Z', now)).toBe(false);
    expect(isInFuture('2026-01-01T00:05:00.001Z', now)).toBe(true);
  });

  it('may be a date of the calendar', () => {
    expect(['2024-02-29', '2023-02-29', '2026-04-31', '2026-4-1', '2000-02-29'].map(isDate)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('a reference of a party', () => {
  it('names a system and a value', () => {
    const texts = ['cdnow:00004', 'shop-2:김:1', 'cdnow:', ':1', 'CDNOW:1', 'cdnow: 1', 'cdnow'];
    expect(texts.map(isPartyReference)).toEqual([true, true, false, false, false, false, false]);
  });
});

describe('rate limits', () => {
  it('refuse a client over its limit until the minute is over, and no other', () => {
    let now = 0;
    const limits = new RateLimits(2, 10, () => now);
    limits.count('a');
    limits.count('a');
    expect(() => {
      limits.count('a');
    }).toThrow('Slow down');
    limits.count('b');
    now = 60_001;
    limits.count('a');
  });

  it('refuse an address with many failed tokens, and let valid ones pass', async () => {
    const limits = new RateLimits(10, 1, () => 0);
    const failing = (): Promise<never> => Promise.reject(new Rejected('token-invalid', 'No', { status: 401 }));
    await expect(limits.guardingFailures('here', failing)).rejects.toMatchObject({ code: 'token-invalid' });
    await expect(limits.guardingFailures('here', failing)).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(await limits.guardingFailures('here', () => Promise.resolve('kim'))).toBe('kim');
    await expect(limits.guardingFailures('there', failing)).rejects.toMatchObject({ code: 'token-invalid' });
  });
});
