import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '@crm/embedded-postgres';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../src/api-client.js';
import { fileData } from '../src/demo/file-data.js';
import { CALIBRATION_END } from '../src/demo/data-set.js';
import { importOrders } from '../src/demo/customers.js';
import { Steps } from '../src/demo/steps.js';
import { AcknowledgementLog } from '../src/demo/acknowledgements.js';
import type { CampaignResult } from '../src/demo/report.js';
import { runDemo, type DemoResult } from '../src/demo/run-demo.js';
import { startStack, type Stack } from '../src/embedded/embedded-stack.js';
import { mintFor } from '../src/target.js';

const DATA = process.env['CRM_DATA'] ?? join(process.cwd(), '..', 'shared', 'data');
const ORDERS = join(DATA, 'cdnow_sample.csv');
const WAVE = join(DATA, 'hillstrom.csv');
const there = existsSync(ORDERS) && existsSync(WAVE);
const name = there
  ? 'the demo on real purchases and a real randomised test'
  : `SKIPPED, since ${DATA} has no data: the demo on real data`;

interface Features {
  readonly partyId: string;
  readonly repeatOccasions: number;
  readonly frequencySpanDays: number;
  readonly tenureDays: number;
}

interface Run {
  readonly fit: Readonly<Record<string, number>>;
}

const Z = 1.959963984540054;

/** Wilson's interval, written out anew: what the product says is compared with it. */
const wilson = (hits: number, n: number): readonly [number, number] => {
  const p = hits / n;
  const centre = p + (Z * Z) / (2 * n);
  const spread = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  return [(centre - spread) / (1 + (Z * Z) / n), (centre + spread) / (1 + (Z * Z) / n)];
};

const newcombe = (
  treated: readonly [number, number],
  control: readonly [number, number],
): readonly [number, number] => {
  const [p1, p0] = [treated[0] / treated[1], control[0] / control[1]];
  const [[l1, u1], [l0, u0]] = [wilson(...treated), wilson(...control)];
  return [p1 - p0 - Math.hypot(p1 - l1, u0 - p0), p1 - p0 + Math.hypot(u1 - p1, p0 - l0)];
};

const conversionsOf = (result: CampaignResult, name: string): readonly [number, number] => {
  const arm = result.arms.find((one) => one.arm === name);
  return [arm?.conversions ?? NaN, arm?.members ?? NaN];
};

(there ? describe : describe.skip)(name, () => {
  let dataDir: string;
  let stack: Stack;
  let client: ApiClient;
  let result: DemoResult;

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'crm-real-')), 'data');
    stack = await startStack({ dataDir, port: 0 });
    client = new ApiClient(stack.url, mintFor(stack.issuer));
    result = await runDemo(client, await fileData(ORDERS, WAVE), new AcknowledgementLog(undefined), () => undefined);
  });
  afterAll(async () => {
    await stack.stop();
    await removeEmbeddedPostgres(dataDir);
  });

  const steps = (): Steps => new Steps(client, new AcknowledgementLog(undefined), () => undefined);
  const features = (): Promise<readonly Features[]> =>
    client.all<Features>(`/v1/customers/features?asOf=${CALIBRATION_END}`);
  const summary = async (): Promise<readonly number[]> => {
    const all = await features();
    return [
      all.reduce((sum, { repeatOccasions }) => sum + repeatOccasions, 0),
      all.filter(({ repeatOccasions }) => repeatOccasions > 0).length,
      new Set(
        all.map(
          ({ repeatOccasions, frequencySpanDays, tenureDays }) =>
            `${String(repeatOccasions)}/${String(frequencySpanDays)}/${String(tenureDays)}`,
        ),
      ).size,
    ];
  };

  it('sees the purchases of the calibration as published', async () => {
    expect(await summary()).toEqual([2_457, 946, 1_016]);
  });

  it('sees the same when all orders come again in another order', async () => {
    const { before } = await fileData(ORDERS, WAVE);
    const again = await importOrders(steps(), [...before].reverse(), {
      update: () => undefined,
      finish: () => undefined,
    });
    expect([again.accepted, again.duplicates]).toEqual([0, before.length]);
    expect(await summary()).toEqual([2_457, 946, 1_016]);
  });

  it('finds the published parameters of BG/NBD', async () => {
    const { items } = await client.get<{ items: readonly { runId: string }[] }>(
      '/v1/customers/scores?model=bg-nbd&limit=1',
    );
    const { fit } = await client.get<Run>(`/v1/models/bg-nbd/runs/${items[0]?.runId ?? ''}`);
    for (const [parameter, published] of Object.entries({ r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 }))
      expect(Math.abs((fit[parameter] ?? NaN) - published)).toBeLessThan(0.002);
    expect(Math.abs((fit['logLikelihood'] ?? NaN) + 9_582.429)).toBeLessThan(0.005);
  });

  it('judges the reactivation as its own counts do', () => {
    const { reactivation } = result.results;
    const [treated, control] = [conversionsOf(reactivation, 'treatment'), conversionsOf(reactivation, 'control')];
    expect(Math.min(treated[0], control[0])).toBeGreaterThan(0);
    const effect = reactivation.effects.find(({ metric }) => metric === 'conversion');
    const interval = newcombe(treated, control);
    expect(effect?.effect).toBeCloseTo(treated[0] / treated[1] - control[0] / control[1], 10);
    expect(effect?.interval?.[0]).toBeCloseTo(interval[0], 8);
    expect(effect?.interval?.[1]).toBeCloseTo(interval[1], 8);
    const verdict = interval[0] > 0 ? 'positive' : interval[1] < 0 ? 'negative' : 'not-distinguishable';
    expect(effect?.verdict).toBe(verdict);
  });

  it('finds what was published of the e-mail test', () => {
    const { arms, effects } = result.results.emailTest;
    expect(
      arms.map(({ arm, members, responses, conversions, revenue }) => [
        arm,
        members,
        responses,
        conversions,
        revenue.amountMinor,
      ]),
    ).toEqual([
      ['mens', 21_307, 3_894, 267, 3_031_169],
      ['womens', 21_387, 3_238, 189, 2_303_811],
      ['control', 21_306, 2_262, 122, 1_390_833],
    ]);
    const rounded = (arm: string, metric: string, digits: number): readonly (string | undefined)[] => {
      const found = effects.find((effect) => effect.arm === arm && effect.metric === metric);
      return [found?.effect, ...(found?.interval ?? [])].map((value) => value?.toFixed(digits));
    };
    expect(rounded('mens', 'response', 4)).toEqual(['0.0766', '0.0700', '0.0832']);
    expect(rounded('womens', 'response', 4)).toEqual(['0.0452', '0.0389', '0.0516']);
    expect(rounded('mens', 'revenue-per-member', 0)[0]).toBe('77');
    expect(rounded('womens', 'revenue-per-member', 0)[0]).toBe('42');
  });

  it('closes both loops', () => {
    expect(result.loops.map(({ status, reconciles }) => [status, reconciles])).toEqual([
      ['complete', true],
      ['complete', true],
    ]);
  });
});
