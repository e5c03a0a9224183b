import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ResponseClassified } from './member.events.js';

/** Everything that a member of a wave answered with, by response: the class of one depends on the others. */
export interface Member {
  readonly responses: Readonly<Record<string, ResponseClassified['data']>>;
}

export const memberIdOf = (waveId: string, partyId: string): string => deriveId('member', waveId, partyId);

export const memberAggregate: Aggregate<Member, ResponseClassified> = {
  category: 'member',
  initial: { responses: {} },
  hops: { ResponseClassified: '8-1' },
  evolve: ({ responses }, { data }) => ({ responses: { ...responses, [data.responseId]: data } }),
};
