import { setTimeout as sleep } from 'node:timers/promises';
import { deriveId, type EventStore, inSnapshot } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { checkCounts, checkTotals, type ComparedCounts } from './integrity-checks.js';
import { completeMartRefresh, noteSourceHeads } from './mart-refresh.decider.js';
import type { SourcePosition } from './mart-refresh.events.js';
import { martRefreshAggregate } from './mart-refresh.js';
import { MART_SOURCES, martPositions, martState, type MartState, type PositionRow } from './mart-snapshot.js';
import { countInSource } from './source-counts.js';
import type { SourceFeeds } from './source-feeds.js';

export const REFRESH_MART = 'refresh-mart';

const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 20_000;

/** The mart has not reached the sources yet; the job comes back to it. */
class MartBehind extends Error {
  readonly transient = true;

  constructor() {
    super('the mart has not reached its sources yet');
    this.name = 'MartBehind';
  }
}

/** Waits until the mart has everything that its sources held, then checks it. */
export const refreshMart = (context: Pick<ServiceContext, 'store' | 'pool'>, feeds: SourceFeeds): JobDefinition => ({
  name: REFRESH_MART,
  async handle({ payload: { refreshId } }: Job<{ readonly refreshId: string }>) {
    const heads = await headsOf(context.store, feeds, refreshId);
    if (heads === undefined) return;
    await reach(context.pool, heads);
    const state = await inSnapshot(context.pool, martState);
    const compared: ComparedCounts[] = [];
    for (const { fact, lanes } of state.counts)
      compared.push({
        fact: fact.type,
        mart: lanes,
        source: await countInSource(context.pool, feeds, fact, state.positions),
      });
    const snapshot = {
      refreshId,
      facts: factsOf(state),
      positions: state.positions.map(written),
      checks: [checkCounts(compared), checkTotals(state.ofFacts, state.ofFeatures)],
    };
    await context.store.transact(martRefreshAggregate, refreshId, completeMartRefresh(snapshot), {
      commandId: deriveId('command', REFRESH_MART, refreshId),
    });
  },
});

/** What the sources held when the refresh began: asked once, kept with the refresh. Nothing when the refresh is over. */
async function headsOf(
  store: EventStore,
  feeds: SourceFeeds,
  refreshId: string,
): Promise<readonly SourcePosition[] | undefined> {
  const { state } = await store.read(martRefreshAggregate, refreshId);
  if (state.status !== 'running') return undefined;
  if (state.heads !== undefined) return state.heads;
  const heads: SourcePosition[] = [];
  for (const service of MART_SOURCES)
    heads.push(...(await feeds.heads(service)).heads.map(({ lane, position }) => written({ service, lane, position })));
  await store.transact(martRefreshAggregate, refreshId, noteSourceHeads({ refreshId, heads }));
  return heads;
}

async function reach(pool: ServiceContext['pool'], heads: readonly SourcePosition[]): Promise<void> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const { done, total } = progressTowards(heads, await martPositions(pool));
    if (done === total) return;
    if (waited >= PATIENCE_MS) throw new MartBehind();
    await sleep(LOOK_AGAIN_MS);
  }
}

/** How many of the events that the sources held have been read. */
export function progressTowards(
  heads: readonly SourcePosition[],
  positions: readonly PositionRow[],
): { readonly done: number; readonly total: number } {
  const reached = new Map(positions.map(({ service, lane, position }) => [`${service} ${String(lane)}`, position]));
  const pairs = heads.map(({ service, lane, position }) => ({
    head: BigInt(position),
    at: reached.get(`${service} ${String(lane)}`) ?? 0n,
  }));
  const done = pairs.reduce((sum, { head, at }) => sum + (at < head ? at : head), 0n);
  return { done: Number(done), total: Number(pairs.reduce((sum, { head }) => sum + head, 0n)) };
}

function factsOf({ counts }: MartState): number {
  return Number(counts.flatMap(({ lanes }) => lanes).reduce((sum, { facts }) => sum + facts, 0n));
}

function written({ service, lane, position }: PositionRow): SourcePosition {
  return { service, lane, position: position.toString() };
}
