import { fold, Rejected, type Aggregate, type Decide, type DomainEvent } from '@crm/event-sourcing';
import { expect } from '@jest/globals';

interface Decided<Event extends DomainEvent> {
  emits(...events: readonly Event[]): void;
  emitsNothing(): void;
  /** Types only, in order: for decisions whose data another case spells out. */
  emitsTypes(...types: readonly Event['type'][]): void;
  rejects(code: string): void;
}

interface Given<State, Event extends DomainEvent> {
  when(decide: Decide<State, Event>): Decided<Event>;
}

/** Given the events that happened, when something is decided, then these events are emitted, or it is rejected. */
export function deciderSpec<State, Event extends DomainEvent>(
  aggregate: Aggregate<State, Event>,
): (...history: readonly Event[]) => Given<State, Event> {
  return (...history) => ({
    when: (decide) => {
      const state = fold(aggregate, history);
      return {
        emits: (...events) => {
          expect(decide(state)).toEqual(events);
        },
        emitsNothing: () => {
          expect(decide(state)).toEqual([]);
        },
        emitsTypes: (...types) => {
          expect(decide(state).map((event) => event.type)).toEqual(types);
        },
        rejects: (code) => {
          expect(codeOf(() => decide(state))).toBe(code);
        },
      };
    },
  });
}

function codeOf(decide: () => unknown): string {
  try {
    decide();
  } catch (error) {
    if (error instanceof Rejected) return error.code;
    throw error;
  }
  return 'accepted';
}
