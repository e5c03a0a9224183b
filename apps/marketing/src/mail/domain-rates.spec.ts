import { describe, expect, it } from '@jest/globals';
import { DomainRates } from './domain-rates.js';

const patience = { withinMs: 60_000 };

describe('the rate of a domain', () => {
  it("lets a second's worth go at once, and the rest one after the other", async () => {
    const rates = new DomainRates(20);
    const startedAt = performance.now();
    const turns: number[] = [];
    await Promise.all(
      Array.from({ length: 24 }, async (_, turn) => {
        await rates.take('one.example', patience);
        turns.push(turn);
      }),
    );
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190);
    expect(turns).toEqual(Array.from({ length: 24 }, (_, turn) => turn));
  });

  it('holds up nobody else', async () => {
    const rates = new DomainRates(1);
    expect(await rates.take('one.example', patience)).toBe(true);
    expect(await rates.take('two.example', { withinMs: 0 })).toBe(true);
  });

  it('uses up no turn for those who cannot wait so long', async () => {
    const rates = new DomainRates(1);
    expect(await rates.take('one.example', patience)).toBe(true);
    for (let hasty = 0; hasty < 50; hasty++) expect(await rates.take('one.example', { withinMs: 100 })).toBe(false);
    expect(await rates.take('one.example', { withinMs: 1_001 })).toBe(true);
  });

  it('is no reason to go on waiting when the process stops', async () => {
    const rates = new DomainRates(1);
    await rates.take('one.example', patience);
    const stopping = new AbortController();
    const turn = rates.take('one.example', { ...patience, signal: stopping.signal });
    stopping.abort();
    expect(await turn).toBe(false);
  });
});
