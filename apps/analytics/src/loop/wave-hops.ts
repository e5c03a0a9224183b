import { counted, missing, sum, type HopCounts } from './hop.js';
import type { LoopCounts } from './loop-counts.js';

/** Hops 4-1 to 6: marketing draws the members and treats them. */
export function waveHops(loop: LoopCounts): readonly HopCounts[] {
  return [loaded(loop), assigned(loop), presented(loop)];
}

function loaded({ members, origin, loadedAt, toldAccepted, toldRejected }: LoopCounts): HopCounts {
  const { accepted, notLoaded } = members;
  const settled = accepted + sum(members.rejected);
  const told = (toldAccepted ?? 0) + (toldRejected ?? 0);
  const came = Math.max(told, origin === 'elsewhere' ? settled : members.delivered);
  const expected = Math.max(toldAccepted ?? 0, accepted + notLoaded);
  return {
    ...{ hop: '4-1', in: came, out: accepted, lost: members.rejected, machine: true },
    ...{ firstAt: members.loadedFirst, lastAt: loadedAt ?? members.loadedLast },
    // More than marketing told of last: the wave is growing.
    ended: loadedAt !== null && settled <= told,
    pending: loadedAt === null ? Math.max(0, came - settled) : 0,
    ...missing(notLoaded > 0 || (loadedAt !== null && accepted < expected), expected, accepted),
  };
}

function assigned({ members, approvedAt, paused, closedAt }: LoopCounts): HopCounts {
  const { treated, assigned: out, notAssigned, erasedUnassigned } = members;
  const runs = approvedAt !== null && paused !== true;
  return {
    ...{ hop: '5', in: treated, out, lost: counted('party-erased', erasedUnassigned) },
    ...{ firstAt: members.assignedFirst, lastAt: members.assignedLast },
    ...{ pending: Math.max(0, treated - out - erasedUnassigned), ended: true, machine: runs || closedAt !== null },
    ...missing(notAssigned > 0, out + notAssigned, out),
  };
}

function presented(loop: LoopCounts): HopCounts {
  const { assigned: came, presented: out, undetermined, erasedOpen, skipped, settledFirst, settledLast } = loop.members;
  const lost = { ...skipped, ...counted('undetermined', undetermined), ...counted('party-erased', erasedOpen) };
  const open = came - out - sum(lost);
  return {
    ...{ hop: '6', in: came, out, lost, firstAt: settledFirst, lastAt: settledLast },
    ...{ pending: Math.max(0, open), ended: true, machine: false },
    ...missing(isComplete(loop) && open > 0, came, came - open),
  };
}

/** Whether marketing said that nothing of the wave is open, after all that it had loaded and assigned. */
function isComplete({ completedAt, loadedAt, members }: LoopCounts): boolean {
  return completedAt !== null && completedAt >= (loadedAt ?? '') && completedAt >= (members.assignedLast ?? '');
}
