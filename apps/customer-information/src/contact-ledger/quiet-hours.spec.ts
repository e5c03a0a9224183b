import { describe, expect, it } from '@jest/globals';
import { quietUntil } from './quiet-hours.js';

const night = [{ channel: 'any', from: '21:00', to: '08:00' }];

describe('quiet hours', () => {
  it('go over midnight in the time zone of the party', () => {
    expect(quietUntil(night, 'Asia/Seoul', '2026-03-02T14:30:15.250Z')).toBe('2026-03-02T23:00:00.000Z');
    expect(quietUntil(night, 'Asia/Seoul', '2026-03-02T22:59:59.999Z')).toBe('2026-03-02T23:00:00.000Z');
    expect(quietUntil(night, 'Asia/Seoul', '2026-03-02T23:00:00.000Z')).toBeUndefined();
    expect(quietUntil(night, 'America/New_York', '2026-03-02T14:30:00.000Z')).toBeUndefined();
  });

  it('may lie within a day and follow each other', () => {
    const noon = [
      { channel: 'any', from: '12:00', to: '13:00' },
      { channel: 'any', from: '13:00', to: '14:00' },
    ];
    expect(quietUntil(noon, 'UTC', '2026-03-02T12:30:00.000Z')).toBe('2026-03-02T14:00:00.000Z');
    expect(quietUntil(noon, 'UTC', '2026-03-02T11:59:00.000Z')).toBeUndefined();
  });

  it('end at the time that clocks show then, also when they change in between', () => {
    expect(quietUntil(night, 'Europe/Paris', '2026-03-28T22:30:00.000Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(quietUntil(night, 'Europe/Paris', '2026-10-24T21:30:00.000Z')).toBe('2026-10-25T07:00:00.000Z');
  });

  it('that cover the whole day do not keep anybody waiting for an answer', () => {
    const always = [
      { channel: 'any', from: '00:00', to: '12:00' },
      { channel: 'any', from: '12:00', to: '00:00' },
    ];
    expect(quietUntil(always, 'UTC', '2026-03-02T01:00:00.000Z')).toBe('2026-03-06T00:00:00.000Z');
  });
});
