import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { campaignEffects, type ArmCounts } from './campaign-result.js';

// Beside the repository: the data's licence does not let them into it.
const file = fileURLToPath(new URL('../../../../shared/data/hillstrom.csv', import.meta.url));
const describeWithData = existsSync(file) ? describe : describe.skip;

function readArms(): readonly ArmCounts[] {
  const arms = new Map<string, ArmCounts>();
  for (const row of readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1)) {
    // From the end: the history segment has commas of its own.
    const [arm = '', visit = '', conversion = '', spend = ''] = row.split(',').slice(-4);
    const sofar = arms.get(arm);
    arms.set(arm, {
      arm,
      members: (sofar?.members ?? 0) + 1,
      responses: (sofar?.responses ?? 0) + Number(visit),
      conversions: (sofar?.conversions ?? 0) + Number(conversion),
      revenueSum: (sofar?.revenueSum ?? 0) + Number(spend),
      revenueSquaredSum: (sofar?.revenueSquaredSum ?? 0) + Number(spend) ** 2,
    });
  }
  return [...arms.values()];
}

describeWithData('Hillstrom e-mail test (skipped when ../shared/data/hillstrom.csv is missing)', () => {
  const arms = existsSync(file) ? readArms() : [];
  const effects = existsSync(file) ? campaignEffects({ arms, control: 'No E-Mail' }) : [];

  it.each([
    ['Mens E-Mail', 0.0766, 0.07, 0.0832, 0.7698, 0.1452],
    ['Womens E-Mail', 0.0452, 0.0389, 0.0516, 0.4244, 0.1303],
  ])('%s has the published lifts', (arm, visits, low, high, spend, spendError) => {
    const response = effects.find((effect) => effect.arm === arm && effect.metric === 'response');
    expect(response?.effect).toBeCloseTo(visits, 4);
    expect(response?.interval?.[0]).toBeCloseTo(low, 4);
    expect(response?.interval?.[1]).toBeCloseTo(high, 4);
    const revenue = effects.find((effect) => effect.arm === arm && effect.metric === 'revenue-per-member');
    expect(revenue?.effect).toBeCloseTo(spend, 4);
    const half = ((revenue?.interval?.[1] ?? NaN) - (revenue?.interval?.[0] ?? NaN)) / 2;
    expect(half / 1.96).toBeCloseTo(spendError, 3);
  });

  it('is positive on every metric, several arms or not', () => {
    expect(effects.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'positive'));
  });
});
