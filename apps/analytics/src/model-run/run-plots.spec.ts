import { describe, expect, it } from '@jest/globals';
import { clientele } from '../spec-kit/model-customers.js';
import { compute } from './compute-model.js';
import { inputsOf, type ModelArm, type ModelInputs, type TrainingRow } from './model-inputs.js';
import { modelNamed, MODELS } from './models.js';

const { customers, orders } = clientele(80);
const orderLines = orders.map(({ channel: _, ...order }, index) => ({ ...order, sku: index % 3 === 0 ? 'wine' : 'cheese', quantity: 1 })); // prettier-ignore
const arm = (name: string, conversions: number): ModelArm => ({
  ...{
    channel: 'email',
    campaignId: 'spring',
    arm: name,
    members: 50,
    contacted: 50,
    responses: conversions,
    conversions,
  },
  ...{ revenue: conversions * 100, revenueSquared: conversions * 10_000, cost: 5 },
});
const row = (index: number): TrainingRow => ({
  ...{ partyId: String(index), features: { recencyDays: index }, outcome: (index * 7) % 80 < index },
});
const rows = Array.from({ length: 80 }, (_, index) => row(index));
const inputs: ModelInputs = inputsOf('1997-09-30T23:59:59.999Z', {
  ...{ customers, orders, orderLines, arms: [arm('treatment', 20), arm('control', 5)] },
  training: { features: ['recencyDays'], train: rows, test: rows, present: rows, origin: { horizonDays: 90 } },
});
/** Small baskets need a low bar. */
const ASKED: Readonly<Record<string, object>> = {
  association: { basket: 'customer', confidence: 0.1 },
  retention: { silentDays: 60 },
};

describe('plots', () => {
  it.each(MODELS.map(({ name }) => name))('are drawn of %s', async (model) => {
    const parameters = modelNamed(model)?.parametersOf({ ...ASKED[model] }) ?? {};
    const done = await compute({ score: { model, inputs, parameters } });
    const { plots = [], warnings } = 'scoring' in done ? done.scoring : { warnings: [done] };
    expect(warnings).not.toContainEqual(expect.objectContaining({ code: 'not-drawn' }));
    expect(plots.length).toBeGreaterThan(0);
    for (const { name, svg } of plots) {
      expect(name).toMatch(/^[a-z-]+$/);
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});
