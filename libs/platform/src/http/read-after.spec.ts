import { describe, expect, it } from '@jest/globals';
import { formatReadAfter, mergeReadAfter, parseReadAfter, waitForReadModels, type LogPosition } from './read-after.js';

const at = (service: string, lane: number, position: bigint): LogPosition => ({
  service,
  incarnation: 'first',
  lane,
  position,
});

describe('a read-after token', () => {
  it('holds the furthest position of every lane', () => {
    const set = [at('sales', 1, 5n), at('sales', 1, 9n), at('sales', 2, 1n), at('service', 1, 2n ** 62n)];
    expect(parseReadAfter(formatReadAfter(set))).toEqual([
      at('sales', 1, 9n),
      at('sales', 2, 1n),
      at('service', 1, 2n ** 62n),
    ]);
  });

  it('can be merged with others', () => {
    expect(mergeReadAfter([at('sales', 1, 5n)], [at('sales', 1, 4n), at('sales', 3, 1n)])).toEqual([
      at('sales', 1, 5n),
      at('sales', 3, 1n),
    ]);
  });

  it.each([
    '',
    'x',
    Buffer.from('[]').toString('base64url') + '!',
    Buffer.from('{"a":{"b":{"c":"1"}}}').toString('base64url'),
    'A'.repeat(9_000),
  ])('is refused when it is none, or means nothing: %s', (token) => {
    let found: unknown = [];
    try {
      found = parseReadAfter(token);
    } catch (error) {
      expect(error).toMatchObject({ code: 'read-after-malformed' });
    }
    expect(found).toEqual([]);
  });

  it('stops the wait of a gate that is late', async () => {
    let stopped = false;
    const gate = {
      wait: (_: unknown, __: unknown, signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            resolve();
          });
        }),
    };
    await expect(waitForReadModels(gate, [], ['cases'], 5)).rejects.toMatchObject({ code: 'read-after-timeout' });
    expect(stopped).toBe(true);
  });

  it('passes on what a gate fails with', async () => {
    const gate = { wait: () => Promise.reject(new Error('no such read model')) };
    await expect(waitForReadModels(gate, [], ['cases'])).rejects.toThrow('no such read model');
  });
});
