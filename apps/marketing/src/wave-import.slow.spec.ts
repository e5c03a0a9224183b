import { deriveId } from '@crm/event-sourcing';
import { startTestServices, until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketingService } from './marketing-service.js';
import { aPlan } from './spec-kit/campaigns.js';
import { neighbour, permissionDesk } from './spec-kit/neighbours.js';

const MEMBERS = 64_000;
const CONTROL = 21_306;
const WAVE_REF = 'march-2008';

let services: TestServices;

beforeAll(async () => {
  services = await startTestServices([
    permissionDesk().service,
    marketingService,
    neighbour('analytics'),
    neighbour('sales'),
    neighbour('service'),
  ]);
});
afterAll(() => services.stop());

/** Every fifth member or so answered, some with an order. */
function line(number: number): object {
  const arm = number < CONTROL ? 'control' : number % 2 === 0 ? 'mens' : 'womens';
  const presentedAt = arm === 'control' ? {} : { presentedAt: '2008-03-20T09:00:00Z' };
  const visited = number % 7 === 0 ? [{ kind: 'visit' }] : [];
  const ordered = number % 80 === 0 ? [{ kind: 'order', amountMinor: number }] : [];
  return { partyRef: `bulk:${String(number)}`, arm, ...presentedAt, responses: [...visited, ...ordered] };
}

const text = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => JSON.stringify(line(from + index))).join('\n');

async function upload(
  campaignId: string,
  body: string,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  return services.send('integration', 'POST', `/v1/campaigns/${campaignId}/waves/import?waveRef=${WAVE_REF}`, body, {
    'content-type': 'application/x-ndjson',
  });
}

describe('a large wave from elsewhere', () => {
  it('is taken over, and once, however often it comes', async () => {
    const arms = [
      { name: 'mens', share: 0.5 },
      { name: 'womens', share: 0.5 },
    ];
    const campaign = aPlan({ channel: 'email', arms, response: { windowDays: 14, conversion: 'order' } });
    const campaignId = (await services.send('marketer', 'POST', '/v1/campaigns', campaign)).body.id as string;
    const waveId = deriveId('wave', campaignId, WAVE_REF);
    const began = Date.now();
    const { body } = await upload(campaignId, text(0, MEMBERS));
    const imported = Date.now() - began;
    expect(body).toMatchObject({ accepted: MEMBERS, duplicates: 0, rejected: 0 });
    await until(
      async () => (await services.send('marketer', 'GET', `/v1/waves/${waveId}`)).body.status === 'complete',
      300_000,
    );
    const completed = Date.now() - began;
    await services.settled();
    const settled = Date.now() - began;
    process.stdout.write(
      `imported ${String(imported)} ms, complete ${String(completed)} ms, settled ${String(settled)} ms\n`,
    );
    const { pool } = services.service('marketing').context;
    const counts = async (): Promise<Record<string, number>> => {
      const { rows } = await pool.query<{ type: string; count: number }>(
        'SELECT type, count(*)::int AS count FROM es.event GROUP BY type',
      );
      return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
    };
    const once = await counts();
    const responses = Array.from(
      { length: MEMBERS },
      (_, number) => Number(number % 7 === 0) + Number(number % 80 === 0),
    ).reduce((sum, count) => sum + count, 0);
    expect(once).toMatchObject({
      WaveChunkLoaded: MEMBERS / 500,
      TreatmentAssigned: MEMBERS - CONTROL,
      TreatmentPresented: MEMBERS - CONTROL,
      ResponseRecorded: responses,
      ResponseClassified: responses,
    });
    expect((await upload(campaignId, text(100, MEMBERS))).body).toMatchObject({
      accepted: 0,
      duplicates: MEMBERS - 100,
    });
    await services.settled();
    expect(await counts()).toEqual(once);
  });
});
