import { Rejected } from '@crm/event-sourcing';
import { CONTROL } from '../campaign/campaign-plan.js';
import type { PermissionReason, TreatmentAssigned, TreatmentEvent, TreatmentIdentity } from './treatment.events.js';
import type { Treatment } from './treatment.js';

export type AssignTreatmentInput = TreatmentAssigned['data'];

/** Hop 5. Nobody in the control group is ever treated, whoever asks. */
export const assignTreatment =
  (input: AssignTreatmentInput) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    refuseControl(input.arm);
    return state.status === 'new' ? [{ type: 'TreatmentAssigned', data: input, loopId: input.waveId }] : [];
  };

/** Assigned and presented elsewhere: it has happened, so no permission is asked. */
export const carryOverTreatment =
  (input: AssignTreatmentInput) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    refuseControl(input.arm);
    if (state.status !== 'new') return [];
    const { waveId: loopId, at } = input;
    return [
      { type: 'TreatmentAssigned', data: input, loopId, occurredAt: at },
      { type: 'TreatmentPresented', data: { ...identityOf(input), at }, loopId, occurredAt: at },
    ];
  };

export const postponeTreatment =
  (until: string, reasons: readonly PermissionReason[]) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    if (state.status !== 'assigned' && state.status !== 'waiting') return [];
    if (state.status === 'waiting' && state.until === until) return [];
    const { treatmentId, waveId } = state.assigned;
    return [{ type: 'TreatmentPostponed', data: { treatmentId, until, reasons }, loopId: waveId }];
  };

export interface Attempt {
  readonly at: string;
  readonly attemptedAt: string;
  readonly reasons: readonly PermissionReason[];
}

/** Emits for one sender only: that one does the sending. */
export const attemptTreatment =
  (attempt: Attempt) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    if (state.status !== 'assigned' && state.status !== 'waiting') return [];
    const { treatmentId, waveId } = state.assigned;
    return [{ type: 'TreatmentAttempted', data: { treatmentId, ...attempt }, loopId: waveId, occurredAt: attempt.at }];
  };

/** A report that the customer was reached settles every other state. */
export const presentTreatment =
  (at: string, taskId?: string) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    if (state.status === 'presented') return [];
    const identity = identityOf(existing(state));
    return [
      {
        type: 'TreatmentPresented',
        data: { ...identity, at, ...(taskId === undefined ? {} : { taskId }) },
        loopId: identity.waveId,
        occurredAt: at,
      },
    ];
  };

/** Somebody reports on what was sent, so it did leave: an attempt without outcome has one then. */
export const settleTreatment = (state: Treatment): readonly TreatmentEvent[] =>
  state.status === 'attempted' || state.status === 'undetermined' ? presentTreatment(state.at)(state) : [];

/** The customer was certainly not reached. A refused permission, known by its `reasons`, says nothing of an attempt long over. */
export const skipTreatment =
  (at: string, reason: string, reasons: readonly PermissionReason[] = []) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    if (state.status === 'presented' || state.status === 'skipped') return [];
    if (state.status === 'undetermined' && reasons.length > 0) return [];
    return [skipped(existing(state), at, reason, reasons)];
  };

/** Skips what was not begun. What somebody attempted meanwhile may have reached the customer, and settles itself. */
export const withholdTreatment =
  (at: string, reason: string, reasons: readonly PermissionReason[] = []) =>
  (state: Treatment): readonly TreatmentEvent[] =>
    state.status === 'assigned' || state.status === 'waiting' ? [skipped(state.assigned, at, reason, reasons)] : [];

/** Skips what was not begun, even what was never assigned. */
export const withdrawTreatment =
  (input: AssignTreatmentInput, reason: string) =>
  (state: Treatment): readonly TreatmentEvent[] =>
    state.status === 'new'
      ? [...assignTreatment(input)(state), skipped(input, input.at, reason, [])]
      : withholdTreatment(input.at, reason)(state);

/** Nobody knows what became of the attempt, and nobody will try again. */
export const leaveUndetermined =
  (at: string) =>
  (state: Treatment): readonly TreatmentEvent[] => {
    if (state.status !== 'attempted') return [];
    const identity = identityOf(state.assigned);
    return [{ type: 'TreatmentUndetermined', data: { ...identity, at }, loopId: identity.waveId, occurredAt: at }];
  };

function skipped(
  assigned: TreatmentAssigned['data'],
  at: string,
  reason: string,
  reasons: readonly PermissionReason[],
): TreatmentEvent {
  const identity = identityOf(assigned);
  return {
    type: 'TreatmentSkipped',
    data: { ...identity, at, reason, reasons },
    loopId: identity.waveId,
    occurredAt: at,
  };
}

function refuseControl(arm: string): void {
  if (arm === CONTROL) throw new Rejected('control-not-treated', 'A member of the control group is not treated');
}

function existing(state: Treatment): TreatmentAssigned['data'] {
  if (state.status === 'new') throw new Rejected('treatment-unknown', 'There is no such treatment', { status: 404 });
  return state.assigned;
}

function identityOf({
  treatmentId,
  campaignId,
  waveId,
  partyId,
  arm,
  channel,
  purpose,
}: TreatmentIdentity): TreatmentIdentity {
  return { treatmentId, campaignId, waveId, partyId, arm, channel, purpose };
}
