import type { DomainEvent } from './event.js';

/** State, how events change it, and how its streams are stored. Pure: no clock, no ids, no I/O. */
export interface Aggregate<State, Event extends DomainEvent> {
  /** Singular noun; the category of its streams. */
  readonly category: string;
  readonly initial: State;
  evolve(state: State, event: Event): State;
  /** Turns snapshots on; raise it whenever the shape of the state changes, so that older snapshots are passed over. */
  readonly stateVersion?: number;
  /** Fields of `data` that are personal, by event type: sealed under the subject's key before they are stored. */
  readonly personal?: { readonly [Type in Event['type']]?: readonly string[] };
  /** The hop of the loop that an event type stands for. */
  readonly hops?: { readonly [Type in Event['type']]?: string };
}

/** One decision: from the state that is to the facts that follow. Emits nothing when the command changes nothing. */
export type Decide<State, Event extends DomainEvent> = (state: State) => readonly Event[];

/** Folds events into a state, in the order given. */
export function fold<State, Event extends DomainEvent>(
  aggregate: Aggregate<State, Event>,
  events: Iterable<Pick<Event, 'type' | 'data'>>,
  from: State = aggregate.initial,
): State {
  let state = from;
  for (const event of events) state = aggregate.evolve(state, event as Event);
  return state;
}
