import { table } from './output.js';

/** Body of `GET /v1/loops/{loopId}`. */
export interface Loop {
  readonly loopId: string;
  readonly campaignId: string;
  readonly status: 'running' | 'complete';
  readonly hops: readonly LoopHop[];
  readonly reconciles: boolean;
  /** An older analytics does not say it. */
  readonly caughtUp?: boolean;
  readonly breaks: readonly { readonly hop: string; readonly expected: number; readonly found: number }[];
}

interface LoopHop {
  readonly hop: string;
  readonly name: string;
  readonly service: string;
  readonly unit: string;
  readonly status: string;
  readonly in: number;
  readonly out: number;
  readonly pending: number;
  readonly lost: Readonly<Record<string, number>>;
}

/** A loop as a table: one line a hop. */
export function loopText(loop: Loop): string {
  const rows = loop.hops.map((hop) => [
    hop.hop,
    hop.name,
    hop.service,
    hop.status,
    hop.unit,
    hop.in,
    hop.out,
    hop.pending,
    Object.entries(hop.lost)
      .map(([reason, count]) => `${reason} ${String(count)}`)
      .join(', '),
  ]);
  const breaks = loop.breaks.map(
    ({ hop, expected, found }) => `hop ${hop}: expected ${String(expected)}, found ${String(found)}`,
  );
  return [
    `loop ${loop.loopId}: ${loop.status}, counts ${verdictOf(loop)}`,
    table(['hop', 'what', 'service', 'status', 'unit', 'in', 'out', 'pending', 'lost'], rows),
    ...breaks,
  ].join('\n');
}

function verdictOf({ reconciles, caughtUp = true }: Loop): string {
  if (!reconciles) return 'DO NOT reconcile';
  return caughtUp ? 'reconcile' : 'cannot be compared: not everything has arrived, or a source does not answer';
}
