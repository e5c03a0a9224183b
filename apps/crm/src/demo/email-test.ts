import { deriveId } from '@crm/event-sourcing';
import type { Progress } from '../output.js';
import type { DataSet } from './data-set.js';
import { importSummary } from './customers.js';
import type { ImportAnswer, Steps } from './steps.js';

export const CAMPAIGN_ID = deriveId('demo', 'e-mail test');
const WAVE_REF = 'march-2008';

/** A test that was carried out elsewhere: its arms, presentations and responses come as one file. */
export async function importEmailTest(steps: Steps, data: DataSet): Promise<string> {
  await steps.command(
    'marketing',
    '/v1/campaigns',
    {
      campaignId: CAMPAIGN_ID,
      name: 'E-mail test',
      objective: 'develop',
      purpose: 'marketing',
      channel: 'email',
      offer: { code: 'MERCHANDISE' },
      period: { from: '2008-03-01T00:00:00Z', to: '2008-04-30T00:00:00Z' },
      budget: { amountMinor: 10_000_000, currency: 'USD' },
      costPerContact: { amountMinor: 10, currency: 'USD' },
      control: { fraction: 1 / 3 },
      arms: [
        { name: 'mens', share: 0.5 },
        { name: 'womens', share: 0.5 },
      ],
      response: { windowDays: 14, conversion: 'order' },
    },
    'campaign e-mail test',
  );
  await steps.command('marketing', `/v1/campaigns/${CAMPAIGN_ID}/approve`, {}, 'approve e-mail test');
  await steps.run('importing the e-mail test', (progress) => importWave(steps, data, progress), importSummary);
  const waveId = deriveId('wave', CAMPAIGN_ID, WAVE_REF);
  await steps.run(
    'carrying its treatments and responses through',
    (progress) => digested(steps, waveId, progress),
    () => 'all of them recorded',
  );
  await steps.command('marketing', `/v1/campaigns/${CAMPAIGN_ID}/close`, {}, 'close e-mail test');
  return waveId;
}

async function importWave(steps: Steps, data: DataSet, progress: Progress): Promise<ImportAnswer> {
  const lines = async function* (): AsyncGenerator<string> {
    let sent = 0;
    let chunk = '';
    for await (const line of data.wave()) {
      chunk += `${JSON.stringify(line)}\n`;
      sent += 1;
      if (sent % 500 !== 0) continue;
      yield chunk;
      chunk = '';
      progress.update(sent, data.waveMembers);
    }
    if (chunk !== '') yield chunk;
  };
  const answer = await steps.client.import<ImportAnswer>(
    `/v1/campaigns/${CAMPAIGN_ID}/waves/import?waveRef=${WAVE_REF}`,
    lines,
  );
  if (answer.rejected + answer.conflicts > 0)
    throw new Error(
      `${String(answer.rejected)} members were rejected, ${String(answer.conflicts)} are in conflict: import ${answer.importId}`,
    );
  return answer;
}

async function digested(steps: Steps, waveId: string, progress: Progress): Promise<void> {
  await steps.until(async () => {
    const wave = await steps.client.get<{
      readonly status: string;
      readonly progress?: { readonly done: number; readonly total: number };
    }>(`/v1/waves/${waveId}`);
    if (wave.progress !== undefined) progress.update(wave.progress.done, wave.progress.total);
    return wave.status === 'complete';
  }, 'the end of the imported wave');
}
