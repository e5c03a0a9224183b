import type {
  ContactChannel,
  ContactEventFacts,
  ContactEventKind,
  Direction,
  InteractionOutcome,
} from './interaction.events.js';

export type InteractionStatus = 'offered' | 'queued' | 'connected' | 'held' | 'ended' | 'abandoned';

/** What the contact events of one interaction say together. */
export interface FoldedInteraction {
  readonly status: InteractionStatus;
  readonly channel: ContactChannel;
  readonly direction: Direction;
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly partyId?: string;
  readonly treatmentId?: string;
  readonly agentId?: string;
  readonly queue?: string;
  readonly disposition?: string;
  readonly transfers: number;
}

const STATUS: Readonly<Record<ContactEventKind, InteractionStatus>> = {
  offered: 'offered',
  queued: 'queued',
  answered: 'connected',
  held: 'held',
  resumed: 'connected',
  transferred: 'queued',
  ended: 'ended',
  abandoned: 'abandoned',
};

type Ordered = Pick<ContactEventFacts, 'sequence' | 'at' | 'vendorEventId'>;

/** Vendor order: the sequence, then the time; the id only keeps the order the same everywhere. */
export function inVendorOrder(left: Ordered, right: Ordered): number {
  return (
    left.sequence - right.sequence || compare(left.at, right.at) || compare(left.vendorEventId, right.vendorEventId)
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Folds contact events in vendor order, in whatever order they arrived. None, no interaction. */
export function foldContactEvents(events: readonly ContactEventFacts[]): FoldedInteraction | undefined {
  const ordered = [...events].sort(inVendorOrder);
  const [first] = ordered;
  return first === undefined ? undefined : ordered.reduce(next, begun(first));
}

function begun({ channel, direction, at }: ContactEventFacts): FoldedInteraction {
  return { status: 'offered', channel, direction, startedAt: at, transfers: 0 };
}

/** Nothing that comes after the end in vendor order opens it again. Whose it is, is said by the first event that knows. */
function next(interaction: FoldedInteraction, event: ContactEventFacts): FoldedInteraction {
  const { kind, at, agentId, queue, disposition } = event;
  return {
    ...interaction,
    ...(interaction.endedAt === undefined ? moved(interaction, kind, at) : {}),
    startedAt: at < interaction.startedAt ? at : interaction.startedAt,
    ...told({
      answeredAt: interaction.answeredAt ?? (kind === 'answered' ? at : undefined),
      partyId: interaction.partyId ?? event.partyId,
      treatmentId: interaction.treatmentId ?? event.treatmentId,
      agentId,
      queue,
      disposition,
    }),
  };
}

type Told = Pick<FoldedInteraction, 'answeredAt' | 'partyId' | 'treatmentId' | 'agentId' | 'queue' | 'disposition'>;

/** What an event does not say stays as it was. */
function told(fields: { readonly [Name in keyof Told]: Told[Name] | undefined }): Told {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function moved({ transfers }: FoldedInteraction, kind: ContactEventKind, at: string): Partial<FoldedInteraction> {
  const over = kind === 'ended' || kind === 'abandoned';
  return {
    status: STATUS[kind],
    transfers: transfers + (kind === 'transferred' ? 1 : 0),
    ...(over ? { endedAt: at } : {}),
  };
}

/** How it went, once it is over: a contact that was answered was one, however it ended. */
export function outcomeOf({ status, answeredAt, endedAt }: FoldedInteraction): InteractionOutcome | undefined {
  if (endedAt === undefined) return undefined;
  if (answeredAt !== undefined) return 'answered';
  return status === 'abandoned' ? 'abandoned' : 'no-answer';
}
