import type { Intent } from '@crm/jobs';
import { describe, expect, it } from '@jest/globals';
import { startJobs } from './start-jobs.js';

async function started(...events: readonly object[]): Promise<readonly Intent[]> {
  const intents: Intent[] = [];
  const jobs = { intend: (_: unknown, ...more: readonly Intent[]) => Promise.resolve(void intents.push(...more)) };
  const { react } = startJobs({ name: 'analytics', jobs } as never);
  const effects: ((tx: never) => Promise<unknown>)[] = [];
  for (const event of events)
    await react(event as never, { after: (effect: (typeof effects)[number]) => void effects.push(effect) } as never);
  for (const effect of effects) await effect(undefined as never);
  return intents;
}

describe('start jobs', () => {
  it('tells of every promotion of a model, not only of the first', async () => {
    const promoted = (version: number) => ({
      ...{
        type: 'ModelRunPromoted',
        streamId: 'promotions-of-churn',
        version,
        data: { model: 'churn', runId: 'a run' },
      },
    });
    expect(await started(promoted(1), promoted(2))).toEqual([
      { name: 'tell-promotion', jobId: 'tell-promotion-promotions-of-churn-1', payload: { model: 'churn' } },
      { name: 'tell-promotion', jobId: 'tell-promotion-promotions-of-churn-2', payload: { model: 'churn' } },
    ]);
  });

  it('runs a model that was requested', async () => {
    expect(await started({ type: 'ModelRunRequested', streamId: 'a-run', version: 1, data: {} })).toEqual([
      { name: 'run-model', jobId: 'run-model-a-run-1', payload: { runId: 'a-run' } },
    ]);
  });
});
