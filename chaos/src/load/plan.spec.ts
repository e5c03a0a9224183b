import { describe, expect, it } from '@jest/globals';
import { planLoad, type LoadPlan } from './plan.js';

const of = (seed: number): LoadPlan =>
  planLoad({
    ...{ seed, durationMs: 60_000, rate: 40, people: 200, emails: true, waveLimit: 50 },
    startedAt: new Date('2026-01-01T00:00:00Z'),
  });

describe('the plan of the load', () => {
  const plan = of(1);
  const commands = plan.stories.flatMap((story) => story.commands);

  it('is the same sequence of commands for the same seed, and another for another', () => {
    expect(of(1)).toEqual(plan);
    expect(of(2)).not.toEqual(plan);
  });

  it('tells every story at its time', () => {
    const times = plan.stories.map(({ at }) => at);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times.at(-1)).toBeLessThan(60_000);
  });

  it('keeps to its rate', () => {
    expect(commands.length / 60).toBeGreaterThan(30);
    expect(commands.length / 60).toBeLessThan(60);
  });

  it('gives every command a key of its own', () => {
    const keys = [...plan.ground, ...commands].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => key.length <= 128)).toBe(true);
  });

  it('asks every service', () => {
    expect([...new Set(commands.map(({ service }) => service))].sort()).toEqual(
      ['analytics', 'customer-information', 'marketing', 'sales', 'service'].sort(),
    );
  });

  it('writes e-mails, and erases people whose values are nobody else`s', () => {
    expect(plan.campaigns.map(({ channel }) => channel)).toContain('email');
    expect(new Set(plan.canaries).size).toBe(plan.canaries.length);
    const others = JSON.stringify(plan.stories.filter(({ stream }) => stream !== 'erasures'));
    expect(plan.canaries.filter((value) => others.includes(value))).toEqual([]);
  });
});
