import { inSnapshot } from '@crm/event-sourcing';
import type { Reading, ScrapedGauge, ServiceContext } from '@crm/platform';
import type { HopName } from './hop.js';
import { loopCounts, type LoopCounts } from './loop-counts.js';

const RECENT_LOOPS = 5;
const KEEP_MS = 60_000;
const RECENT = `SELECT loop_id AS "loopId" FROM loop ORDER BY began_at DESC LIMIT ${String(RECENT_LOOPS)}`;

type Time = string | null | undefined;

/** How long the machines of each hop took, in the loops that began last. */
export const loopMetrics = ({ pool }: Pick<ServiceContext, 'pool'>): readonly ScrapedGauge[] => [
  {
    name: 'loop_hop_seconds',
    help: `Seconds from the end of the hop before to the end of this one: median and longest of the last ${String(RECENT_LOOPS)} loops`,
    labels: ['hop', 'quantile'],
    keepMs: KEEP_MS,
    read: async () =>
      inSnapshot(pool, async (tx) => {
        const { rows } = await tx.query<{ loopId: string }>(RECENT);
        return readingsOf(
          await loopCounts(
            tx,
            rows.map(({ loopId }) => loopId),
          ),
        );
      }),
  },
];

/** Each hop with the median and the longest of its times; a hop that no loop has been through is left out. */
export function readingsOf(loops: readonly LoopCounts[]): readonly Reading[] {
  const times = new Map<string, number[]>();
  for (const loop of loops)
    for (const [hop, seconds] of secondsOf(loop)) times.set(hop, [...(times.get(hop) ?? []), seconds]);
  return [...times].flatMap(([hop, seconds]) => {
    const sorted = seconds.sort((left, right) => left - right);
    const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    return [
      { labels: { hop, quantile: '0.5' }, value: middle },
      { labels: { hop, quantile: '1' }, value: sorted.at(-1) ?? 0 },
    ];
  });
}

/** The hops that wait for nobody but machines, but for hop 6 where a person makes the contact. */
function secondsOf(loop: LoopCounts): readonly (readonly [HopName, number])[] {
  const { definedAt, frozenAt, deliveredAt, loadedAt, approvedAt, members, responses, results } = loop;
  const result = results.at(-1);
  const spans: readonly (readonly [HopName, Time, Time])[] = [
    ['3', definedAt, frozenAt],
    ['4', frozenAt, deliveredAt],
    ['4-1', deliveredAt, loadedAt],
    ['5', later(loadedAt, approvedAt), members.assignedLast],
    ['6', members.assignedFirst, members.settledLast],
    ['8', responses.heardLast, responses.recordedLast],
    ['8-1', responses.recordedLast, responses.classifiedLast],
    ['9', responses.classifiedLast, responses.projectedLast],
    ['11', result?.at, result?.publishedAt],
  ];
  return spans.flatMap(([hop, from, to]) => {
    const isOver = typeof from === 'string' && typeof to === 'string';
    return isOver ? [[hop, Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000] as const] : [];
  });
}

function later(one: Time, other: Time): Time {
  if (typeof one !== 'string' || typeof other !== 'string') return undefined;
  return Date.parse(one) > Date.parse(other) ? one : other;
}
