import { counted, isOver, type HopCounts } from './hop.js';
import type { LoopCounts } from './loop-counts.js';

/** Hops 7 to 9: what customers answer, matched, classified and stored. */
export function responseHops(loop: LoopCounts, now: number): readonly HopCounts[] {
  const { responses: all } = loop;
  const waiting = all.unmatched + all.erasedUnmatched;
  const attributed = all.responses + waiting;
  const unclassified = all.responses - all.classified - all.erasedUnclassified;
  return [
    {
      ...{ hop: '7', in: attributed, out: all.heard + waiting, lost: {}, pending: 0 },
      ...{ firstAt: all.heardFirst, lastAt: all.heardLast, ended: isOver(loop, now), machine: false },
    },
    {
      ...{
        hop: '8',
        in: attributed,
        out: all.recorded,
        lost: counted('party-erased', all.erasedUnmatched),
        pending: all.unmatched,
      },
      ...{ firstAt: all.recordedFirst, lastAt: all.recordedLast, ended: true, machine: true },
    },
    {
      ...{
        hop: '8-1',
        in: all.responses,
        out: all.classified,
        lost: counted('party-erased', all.erasedUnclassified),
        pending: unclassified,
      },
      ...{ firstAt: all.classifiedFirst, lastAt: all.classifiedLast, ended: true, machine: loop.loadedAt !== null },
    },
    {
      ...{ hop: '9', in: all.classified, out: all.projected, lost: {}, pending: all.classified - all.projected },
      ...{ firstAt: all.projectedFirst, lastAt: all.projectedLast, ended: true, machine: true },
    },
  ];
}
