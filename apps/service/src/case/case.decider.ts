import { Rejected, type Decide } from '@crm/event-sourcing';
import type { CaseEvent, CaseMoved, CaseOpened, CaseState } from './case.events.js';
import type { Case } from './case.js';
import { CLOSES_AFTER_MS, dueTimesOf, later, REOPENS_WITHIN_MS } from './sla-policy.js';

type Decision = Decide<Case, CaseEvent>;
type KnownCase = Exclude<Case, { status: 'none' }>;

interface Step {
  readonly from: readonly CaseState[];
  readonly to: readonly CaseState[];
}

const STEPS: Readonly<Record<CaseMoved['type'], Step>> = {
  CaseProgressed: { from: ['acknowledged', 'pending', 'held'], to: ['in-progress'] },
  CaseHeld: { from: ['in-progress'], to: ['pending', 'held'] },
  CaseResolved: { from: ['in-progress', 'pending'], to: ['resolved'] },
  CaseClosed: { from: ['resolved'], to: ['closed'] },
  CaseReopened: { from: ['resolved', 'closed'], to: ['in-progress'] },
  CaseCancelled: { from: ['acknowledged', 'in-progress'], to: ['cancelled'] },
  CaseRejected: { from: ['acknowledged'], to: ['rejected'] },
};
const MOVES = Object.keys(STEPS) as readonly CaseMoved['type'][];

/** Opening is idempotent per case id: a repeat for the same party changes nothing. */
export const openCase =
  (input: Omit<CaseOpened['data'], 'respondBy' | 'dueAt' | 'slaVersion'>): Decision =>
  (state) => {
    if (state.status === 'none')
      return [{ type: 'CaseOpened', data: { ...input, ...dueTimesOf(input.priority, input.openedAt) } }];
    if (state.partyId === input.partyId) return [];
    throw new Rejected('case-id-taken', 'This case belongs to another party');
  };

export const assignCase =
  ({ assignee, at }: { readonly assignee: string; readonly at: string }): Decision =>
  (state) => {
    const known = knownOf(state);
    if (allowedFor(known, at).length === 0 || known.status === 'closed') throw notAllowed(known, at);
    return known.assignee === assignee ? [] : [{ type: 'CaseAssigned', data: { caseId: known.caseId, assignee, at } }];
  };

interface At {
  readonly at: string;
}
interface WithReason extends At {
  readonly reason?: string | undefined;
}

export const progressCase = ({ at }: At): Decision => moving('CaseProgressed', 'in-progress', at, {});

export const holdCase = ({
  at,
  waitingFor,
  reason,
}: WithReason & { readonly waitingFor: 'customer' | 'internal' }): Decision =>
  moving('CaseHeld', waitingFor === 'customer' ? 'pending' : 'held', at, given({ reason }));

export const resolveCase = ({ at, resolution }: At & { readonly resolution?: string | undefined }): Decision =>
  moving('CaseResolved', 'resolved', at, given({ resolution }));

export const closeCase = ({ at }: At): Decision => moving('CaseClosed', 'closed', at, {});

export const reopenCase = ({ at, reason }: WithReason): Decision =>
  moving('CaseReopened', 'in-progress', at, given({ reason }));

export const cancelCase = ({ at, reason }: WithReason): Decision =>
  moving('CaseCancelled', 'cancelled', at, given({ reason }));

export const rejectCase = ({ at, reason }: WithReason): Decision =>
  moving('CaseRejected', 'rejected', at, given({ reason }));

/** Nobody objected to the resolution. A complaint is closed by a person, or not at all. */
export const closeByItself =
  ({ at, resolvedAt }: At & { readonly resolvedAt: string }): Decision =>
  (state) => {
    if (state.status !== 'resolved' || state.since !== resolvedAt || state.kind === 'complaint') return [];
    if (at < later(resolvedAt, CLOSES_AFTER_MS)) return [];
    const { caseId, partyId } = state;
    return [{ type: 'CaseClosed', data: { caseId, partyId, from: 'resolved', to: 'closed', at, byItself: true } }];
  };

function moving(type: CaseMoved['type'], to: CaseState, at: string, more: object): Decision {
  return (state) => {
    const known = knownOf(state);
    const { status: from, caseId, partyId } = known;
    if (from === to && known.lastMove === type) return [];
    if (!mayMove(known, type, at)) throw notAllowed(known, at);
    return [{ type, data: { ...more, caseId, partyId, from, to, at } }];
  };
}

/** Waiting for a customer ends by their word: silence is no answer to a complaint. Closed is final after a while. */
function mayMove({ status, kind, since }: KnownCase, type: CaseMoved['type'], at: string): boolean {
  if (!STEPS[type].from.includes(status)) return false;
  if (type === 'CaseResolved' && status === 'pending') return kind !== 'complaint';
  return type !== 'CaseReopened' || status !== 'closed' || at <= later(since, REOPENS_WITHIN_MS);
}

function allowedFor(known: KnownCase, at: string): readonly CaseState[] {
  return [...new Set(MOVES.filter((type) => mayMove(known, type, at)).flatMap((type) => STEPS[type].to))];
}

function notAllowed(known: KnownCase, at: string): Rejected {
  const extensions = { state: known.status, allowed: allowedFor(known, at) };
  return new Rejected('transition-not-allowed', 'The case cannot go there from where it is', { extensions });
}

function knownOf(state: Case): KnownCase {
  if (state.status === 'none') throw new Rejected('not-found', 'There is no such case', { status: 404 });
  return state;
}

function given(fields: Readonly<Record<string, string | undefined>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
