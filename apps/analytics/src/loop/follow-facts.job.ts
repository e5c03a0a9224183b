import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { recomputeAfter } from '../campaign-result/late-facts.js';
import { projectResponses } from '../response-projection/project-responses.js';
import { reachedPositions } from './caught-up.js';
import { FOLLOW_FACTS, type FactsOfLoop, type MarketingPosition } from './loop-jobs.js';

const PATIENCE_MS = 20_000;

/** The rows of loops have not reached the events that the job is about; it comes back to them. */
class LoopsBehind extends Error {
  readonly transient = true;

  constructor() {
    super('the rows of loops have not reached their sources yet');
    this.name = 'LoopsBehind';
  }
}

/** What follows from facts that are in the mart: hop 9, and a new version of a result that was computed before them. */
export const followFactsJob = (context: ServiceContext): JobDefinition => ({
  name: FOLLOW_FACTS,
  concurrency: 2,
  async handle({ payload: { loopId, campaignId, positions, responses } }: Job<FactsOfLoop>) {
    await untilProjected(context.pool, positions);
    if (responses) await projectResponses(context, { loopId, campaignId });
    await recomputeAfter(context, campaignId);
  },
});

/** Waits until events of marketing are in the rows of loops. */
export async function untilProjected(
  pool: ServiceContext['pool'],
  positions: readonly MarketingPosition[],
): Promise<void> {
  const wanted = positions.map(({ lane, position }) => ({ source: 'marketing', lane, position: BigInt(position) }));
  if (!(await reachedPositions(pool, wanted, PATIENCE_MS))) throw new LoopsBehind();
}
