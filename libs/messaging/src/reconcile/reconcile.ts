import type pg from 'pg';
import type { Consumer, Projection, Reactor } from '../consumer.js';
import { inEffectTransaction } from '../effect-transaction.js';
import type { Feed, FeedWithHistory } from '../feed.js';
import { rebuildProjection } from '../rebuild/rebuild-projection.js';
import type { RebuildResult } from '../rebuild/rebuild-run.js';
import { moveCursor, planConsumer, type ConsumerPlan, type Restored } from './consumer-plan.js';
import { effectsWithoutCause, type EffectWithoutCause, type LostEvents } from './lost-causes.js';

/** A service and one of its sources that came back from a backup. */
export interface ReconcileOptions {
  /** The consuming service's database. */
  readonly pool: pg.Pool;
  readonly source: FeedWithHistory;
  /** Feeds of all sources of its consumers, as they follow them; the restored one included. */
  readonly feeds: readonly Feed[];
  readonly projections: readonly Projection[];
  /** All of them: also those that the platform adds to a service. */
  readonly reactors: readonly Reactor[];
  /** Where events that are gone can still be read. Without it their effects are found by what no feed holds. */
  readonly lost?: LostEvents;
}

/** What is to be done for the consumers of a source that came back. */
export interface ReconciliationPlan {
  readonly source: string;
  /** The present incarnation of the source. */
  readonly incarnation: string;
  /** Consumers that follow another one; none when there is nothing to do. */
  readonly consumers: readonly ConsumerPlan[];
  /** Nothing is done about them. */
  readonly effects: readonly EffectWithoutCause[];
  /** Cursors on another incarnation that belong to no consumer named here; they are left alone. */
  readonly strangers: readonly string[];
}

/** What was done. */
export interface Reconciliation extends ReconciliationPlan {
  readonly consumers: readonly (ConsumerPlan & { readonly rebuilt?: RebuildResult })[];
}

const STRANGERS = `SELECT DISTINCT consumer FROM bus.cursor
  WHERE source = $1 AND incarnation <> $2 AND consumer <> ALL($3::text[]) ORDER BY consumer`;

/** Finds the last common events, and says what `reconcile` would do; changes nothing. */
export async function planReconciliation(options: ReconcileOptions): Promise<ReconciliationPlan> {
  const { pool, source } = options;
  const restored = await restoredOf(source);
  const consumers: ConsumerPlan[] = [];
  for (const consumer of consumersOf(options)) {
    const plan = await planConsumer(pool, consumer, restored);
    if (plan !== undefined) consumers.push(plan);
  }
  const incarnation = restored.history.at(-1)?.incarnation ?? '';
  const names = consumersOf(options).map(({ name }) => name);
  const { rows } = await pool.query<{ consumer: string }>(STRANGERS, [source.service, incarnation, names]);
  return {
    source: source.service,
    incarnation,
    consumers,
    effects: await effectsWithoutCause(options, consumers, { feed: source, restored }),
    strangers: rows.map(({ consumer }) => consumer),
  };
}

/**
 * Has a service's consumers go on with a source that came back from a backup: each in one transaction, and none twice. Events
 * of the own log that were caused by events that are gone are listed and left. Instances that run go on by themselves.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const plan = await planReconciliation(options);
  const restored = await restoredOf(options.source);
  const consumers: (ConsumerPlan & { readonly rebuilt?: RebuildResult })[] = [];
  for (const planned of plan.consumers) {
    const consumer = consumersOf(options).find(({ name }) => name === planned.consumer);
    if (consumer !== undefined) consumers.push(await goOn(options, consumer, { planned, restored }));
  }
  return { ...plan, consumers };
}

async function goOn(
  options: ReconcileOptions,
  consumer: Consumer,
  { planned, restored }: { readonly planned: ConsumerPlan; readonly restored: Restored },
): Promise<ConsumerPlan & { readonly rebuilt?: RebuildResult }> {
  const { pool, feeds } = options;
  const plan = await inEffectTransaction({ pool, consumer: consumer.name, schema: 'rm' }, async (tx) => {
    const present = await planConsumer(tx, consumer, restored, true);
    if (present !== undefined && present.action !== 'rebuild') await moveCursor(tx, present, restored);
    return present ?? planned;
  });
  const projection = options.projections.find(({ name }) => name === consumer.name);
  if (plan.action !== 'rebuild' || projection === undefined) return plan;
  return { ...plan, rebuilt: await rebuildProjection({ projection, feeds, pool, restored: true }) };
}

async function restoredOf(source: FeedWithHistory): Promise<Restored> {
  return { service: source.service, history: await source.incarnations() };
}

function consumersOf({ projections, reactors }: ReconcileOptions): readonly Consumer[] {
  return [...projections, ...reactors];
}
