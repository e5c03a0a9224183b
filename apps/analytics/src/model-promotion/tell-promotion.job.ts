import { inTransaction } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { liveEdgesOf } from '../customer-score/live-rfm.js';
import { newestOfVersion, type ScoreRun } from '../customer-score/score-runs.js';
import { changeToTell, noteChanges, tellChanges } from '../customer-score/changes-to-tell.js';
import { storedChanges } from '../customer-score/score-changes.js';
import { modelPromotionAggregate, modelPromotionId } from './model-promotion.js';

export const TELL_PROMOTION = 'tell-promotion';

const PAGE = 1_000;

type Context = Pick<ServiceContext, 'store' | 'pool' | 'clock'>;

/**
 * Tells whom a promotion put into another class than was told of them. Each page is noted first and told then, so that after a
 * crash it is told before anything else. Repeated until nothing differs, since a run may have been completed meanwhile.
 */
export const tellPromotion = (context: Context): JobDefinition => ({
  name: TELL_PROMOTION,
  concurrency: 1,
  async handle({ payload: { model }, signal }: Job<{ readonly model: string }>) {
    await tellChanges(context, model, signal);
    for (;;) {
      const run = await holdingRun(context, model);
      // Live scores are told by whoever looks at the customers between runs.
      if (run === undefined || liveEdgesOf(run, {}) !== undefined) return;
      if ((await tellDifferences(context, run, signal)) === 0) return;
    }
  },
});

/** By the log: the read model of champions may not have heard of the promotion yet. */
async function holdingRun({ store, pool }: Context, model: string): Promise<ScoreRun | undefined> {
  const { champion } = (await store.read(modelPromotionAggregate, modelPromotionId(model))).state;
  return champion === undefined ? undefined : newestOfVersion(pool, champion.runId);
}

async function tellDifferences(context: Context, run: ScoreRun, signal: AbortSignal): Promise<number> {
  let told = 0;
  let after: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const changes = await storedChanges(context.pool, run, { after, limit: PAGE });
    const now = context.clock();
    const toTell = changes.map((change) => changeToTell('stored', run, change, now));
    await inTransaction(context.pool, (tx) => noteChanges(tx, toTell));
    await tellChanges(context, run.model, signal);
    told += changes.length;
    if (changes.length < PAGE) return told;
    after = changes.at(-1)?.partyId ?? null;
  }
}
