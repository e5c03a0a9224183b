import { describe, expect, it } from '@jest/globals';
import { Positions } from './positions.js';

const of = (...messages: readonly (readonly [partition: number, lane: number, position: number])[]): Positions => {
  const positions = new Positions();
  for (const message of messages) positions.add(...message);
  return positions;
};

describe('the positions on a topic', () => {
  it('are complete when each follows the one before, repeats or not', () => {
    const positions = of([0, 0, 1], [1, 1, 1], [0, 0, 2], [0, 0, 1], [0, 0, 2], [0, 0, 3]);
    expect(positions.astray).toEqual([]);
    expect([...positions.lasts]).toEqual([
      [0, 3],
      [1, 1],
    ]);
  });

  it('are broken by a gap, even when what was missing comes later', () => {
    expect(of([0, 0, 1], [0, 0, 3], [0, 0, 2]).astray).toEqual(['partition 0: position 3 comes after 1']);
  });

  it('may begin with what was under way when the broker lost them, if it comes again in its place', () => {
    const again = of([0, 0, 3], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 4]);
    expect([again.astray, [...again.lasts]]).toEqual([[], [[0, 4]]]);
    expect(of([0, 0, 3], [0, 0, 1], [0, 0, 3]).astray).toEqual(['partition 0: position 3 comes after 1']);
    expect(of([0, 0, 3], [0, 0, 1], [0, 0, 2]).astray).toEqual(['partition 0: begins with position 3']);
  });

  it('are broken by a lane in another partition', () => {
    expect(of([2, 0, 1]).astray).toEqual(['lane 0 in partition 2']);
  });
});
