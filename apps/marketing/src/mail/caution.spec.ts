import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Caution } from './caution.js';
import type { SendOutcome } from './send-outcome.js';

const accepted: SendOutcome = { is: 'accepted' };
const unclear: SendOutcome = { is: 'unclear', code: 'ETIMEDOUT' };
const deferred: SendOutcome = { is: 'refused', reason: 'temporarily-refused', code: 'EENVELOPE MAIL FROM 451' };
const unknown: SendOutcome = { is: 'refused', reason: 'mailbox-unknown', code: 'EENVELOPE RCPT TO 550 5.1.1' };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function cautionAfter(...outcomes: readonly SendOutcome[]): Caution {
  const caution = new Caution();
  for (const outcome of outcomes) {
    caution.begin();
    caution.over(outcome);
  }
  return caution;
}

describe('caution', () => {
  it('pauses after three messages in a row that failed for another reason than their recipient', () => {
    expect(cautionAfter(unclear, deferred).begin()).toBe(true);
    expect(cautionAfter(unclear, deferred, unclear).begin()).toBe(false);
    expect(cautionAfter(unknown, unknown, unknown).begin()).toBe(true);
    expect(cautionAfter(unclear, unclear, accepted, unclear).begin()).toBe(true);
  });

  it('lets one try after the pause, and all of them when it got through', () => {
    const caution = cautionAfter(unclear, unclear, unclear);
    jest.advanceTimersByTime(60_000);
    expect([caution.begin(), caution.begin()]).toEqual([true, false]);
    caution.over(accepted);
    expect([caution.begin(), caution.begin()]).toEqual([true, true]);
  });

  it('pauses longer each time', () => {
    const caution = cautionAfter(unclear, unclear, unclear);
    jest.advanceTimersByTime(60_000);
    caution.begin();
    caution.over(unclear);
    jest.advanceTimersByTime(119_000);
    expect(caution.begin()).toBe(false);
    jest.advanceTimersByTime(1_000);
    expect(caution.begin()).toBe(true);
    caution.over();
    expect(caution.begin()).toBe(true);
  });
});
