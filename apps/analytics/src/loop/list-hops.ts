import { missing, type HopCounts } from './hop.js';
import type { LoopCounts } from './loop-counts.js';

/** Hops 1 to 4: analytics makes a list of what is known and sends it out. */
export function listHops(loop: LoopCounts): readonly HopCounts[] {
  const { members, runsAsked, runsSeen, customers, frozen } = loop;
  const facts = Number(loop.facts ?? 0n);
  const { delivered } = members;
  const sent = frozen ?? delivered;
  const nothing = { lost: {}, pending: 0, machine: true };
  return [
    {
      ...{ hop: '1', in: facts, out: facts, ...nothing, firstAt: loop.refreshedAt, lastAt: loop.refreshedAt },
      ended: loop.refreshedAt !== null,
      ...missing(loop.frozenAt !== null && loop.refreshedAt === null, 1, 0),
    },
    {
      ...{ hop: '2', in: customers, out: customers, ...nothing, firstAt: loop.firstRunAt, lastAt: loop.lastRunAt },
      ended: loop.definedAt !== null && runsSeen === runsAsked,
      ...missing(runsSeen < runsAsked, runsAsked, runsSeen),
    },
    {
      ...{ hop: '3', in: loop.selected ?? 0, out: frozen ?? 0, lost: loop.suppressed ?? {}, pending: 0, machine: true },
      ...{ firstAt: loop.definedAt, lastAt: loop.frozenAt, ended: loop.frozenAt !== null },
      ...missing(frozen === null && delivered > 0, delivered, 0),
    },
    {
      ...{ hop: '4', in: sent, out: delivered, lost: {}, machine: true },
      ...{
        firstAt: members.deliveredFirst,
        lastAt: loop.deliveredAt ?? members.deliveredLast,
        ended: loop.deliveredAt !== null,
      },
      // After the end of the delivery no chunk can follow.
      pending: loop.deliveredAt === null ? Math.max(0, sent - delivered) : 0,
    },
  ];
}
