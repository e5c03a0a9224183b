import { fingerprintOf } from '@crm/event-sourcing';
import { isOver, missing, type HopCounts } from './hop.js';
import type { LoopCounts, ResultVersion } from './loop-counts.js';

/** Hops 10 to 12: one result a loop, in as many versions as it took. */
export function resultHops(loop: LoopCounts, now: number): readonly HopCounts[] {
  const due = isOver(loop, now);
  const current = currentVersion(loop);
  const isPublished = current !== undefined && current.publishedAt !== null;
  return [computed(loop, due, current), published(loop, due, current), read(loop, due, isPublished)];
}

/** The newest version, when it holds every fact and was computed on this side of the close. */
function currentVersion(loop: LoopCounts): ResultVersion | undefined {
  const newest = loop.results.at(-1);
  if (newest === undefined || !holdsAllFacts(loop, newest)) return undefined;
  return newest.closed === (loop.closedAt !== null) ? newest : undefined;
}

function computed({ results, members }: LoopCounts, due: boolean, current: ResultVersion | undefined): HopCounts {
  const came = due || results.length > 0 ? 1 : 0;
  const out = current === undefined ? 0 : 1;
  const judged = current?.loop?.members ?? 0;
  return {
    ...{ hop: '10', in: came, out, lost: {}, pending: came - out, ended: due, machine: false },
    ...{ firstAt: results[0]?.at ?? null, lastAt: results.at(-1)?.at ?? null },
    ...missing(current !== undefined && judged !== members.accepted, members.accepted, judged),
  };
}

function published({ results }: LoopCounts, due: boolean, current: ResultVersion | undefined): HopCounts {
  const came = current === undefined ? 0 : 1;
  const out = current === undefined || current.publishedAt === null ? 0 : 1;
  const at = results.flatMap(({ publishedAt }) => publishedAt ?? []);
  return {
    ...{ hop: '11', in: came, out, lost: {}, pending: came - out, ended: due, machine: true },
    ...{ firstAt: at[0] ?? null, lastAt: at.at(-1) ?? null },
  };
}

/** Whoever read a version with all facts in it has read the result: later ones with the same facts say nothing new. */
function read(loop: LoopCounts, due: boolean, isPublished: boolean): HopCounts {
  const viewed = loop.results.filter((version) => version.viewedFirst !== null && holdsAllFacts(loop, version));
  const came = isPublished ? 1 : 0;
  const out = isPublished && viewed.length > 0 ? 1 : 0;
  return {
    ...{ hop: '12', in: came, out, lost: {}, pending: came - out, ended: due && isPublished, machine: false },
    ...{ firstAt: viewed[0]?.viewedFirst ?? null, lastAt: viewed.at(-1)?.viewedLast ?? null },
  };
}

function holdsAllFacts({ lastFacts }: LoopCounts, { loop }: ResultVersion): boolean {
  return loop !== undefined && fingerprintOf(loop.facts) === fingerprintOf(lastFacts);
}
