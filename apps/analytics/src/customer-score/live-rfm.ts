import { segmentOf, TEN_SEGMENTS, type RfmEdges } from '@crm/customer-models';
import type { FeatureTime } from '../customer-features/features-at.js';
import type { ScoreRun } from './score-runs.js';

/** The model whose scores follow the features of the present: a run freezes its edges, all else is the customer's own row. */
export const LIVE_MODEL = 'rfm';

const VALUES = ['recencyDays', 'frequency', 'monetary'] as const satisfies readonly (keyof RfmEdges)[];

/**
 * The edges that a run rates customers by between runs; nothing for other models, at a moment of the past, and for a run by
 * another definition or segment table than the one that is known now: then the scores that the run stored hold.
 */
export function liveEdgesOf(
  { model, fit }: Pick<ScoreRun, 'model' | 'fit'>,
  { asOf, knownAt }: Pick<FeatureTime, 'asOf' | 'knownAt'>,
): RfmEdges | undefined {
  if (model !== LIVE_MODEL || asOf !== undefined || knownAt !== undefined) return undefined;
  if (fit['definition'] !== 'value-edges' || fit['segmentTable'] !== TEN_SEGMENTS.version) return undefined;
  const edges = fit['edges'] as Partial<RfmEdges> | undefined;
  return edges !== undefined && VALUES.every((value) => edges[value]?.every(Number.isFinite) === true)
    ? (edges as RfmEdges)
    : undefined;
}

/** The run whose edges rate customers at present, when there is one. */
export function liveRunOf(runs: readonly ScoreRun[]): { readonly run: ScoreRun; readonly edges: RfmEdges } | undefined {
  const [live] = runs.flatMap((run) => {
    const edges = liveEdgesOf(run, {});
    return edges === undefined ? [] : [{ run, edges }];
  });
  return live;
}

/**
 * What `rateRfm` says of a customer, as a relation over a row `c` of `featuresAt`: `r`, `f`, `m`, `segment`, and the same as
 * `score` and `inputs`. No row for somebody who never bought.
 */
export function liveRfm(edges: RfmEdges): string {
  const { recencyDays, frequency, monetary } = edges;
  return `(SELECT q.r, q.f, q.m, g.segment, jsonb_build_object('r', q.r, 'f', q.f, 'm', q.m, 'segment', g.segment) AS score,
      jsonb_build_object('recencyDays', c.recency_days, 'frequency', c.occasions, 'monetary', c.revenue) AS inputs
    FROM (SELECT ${String(recencyDays.length + 1)} - ${exceeded(recencyDays, 'c.recency_days')} AS r,
        1 + ${exceeded(frequency, 'c.occasions')} AS f, 1 + ${exceeded(monetary, 'c.revenue')} AS m
      WHERE c.occasions > 0 OFFSET 0) q,
    LATERAL (SELECT ${segmentSql(edges)} AS segment) g)`;
}

/** In how many days time alone gives the customer another score for recency; nothing when it has become the lowest. */
export function daysUntilRecencyDrops({ recencyDays: edges }: RfmEdges, recencyDays: number): number | undefined {
  const drops = edges.map((edge) => Math.floor(edge) + 1 - recencyDays).filter((days) => days > 0);
  return drops.length === 0 ? undefined : Math.min(...drops);
}

function exceeded(edges: readonly number[], column: string): string {
  return `(${['0', ...edges.map((edge) => `(${column} > '${String(edge)}'::float8)::int`)].join(' + ')})`;
}

/** The segment table worked out for every score that there can be, so that a look-up decides. */
function segmentSql({ recencyDays, frequency, monetary }: RfmEdges): string {
  const [ms, fs] = [monetary.length + 1, frequency.length + 1];
  const names = scoresOf(recencyDays).flatMap((r) =>
    scoresOf(frequency).flatMap((f) => scoresOf(monetary).map((m) => segmentOf({ r, f, m }))),
  );
  const texts = names.map((name) => `'${name.replaceAll("'", "''")}'`);
  return `(ARRAY[${texts.join(', ')}]::text[])[((q.r - 1) * ${String(fs)} + q.f - 1) * ${String(ms)} + q.m]`;
}

function scoresOf(edges: readonly number[]): readonly number[] {
  return Array.from({ length: edges.length + 1 }, (_, index) => index + 1);
}
