import {
  publicEvent,
  AnalyticsSubjectErasedV1,
  CustomerInformationSubjectErasedV1,
  MarketingSubjectErasedV1,
  SalesSubjectErasedV1,
  ServiceSubjectErasedV1,
  type PartyErasedV1Data,
  type PublicEvent,
} from '@crm/contracts';
import { deriveId, type Aggregate, type DomainEvent, type RecordedEvent } from '@crm/event-sourcing';
import { eraseJobs, type Intent, type Job } from '@crm/jobs';
import { forgetKeys, PARTY_ERASED, type Reactor, type Tx } from '@crm/messaging';
import { eraseSubjects, KEY_CACHE_MS, type Destroyed, type ErasureContributor } from '@crm/privacy';
import type { ServiceContext } from './service-context.js';
import type { JobDefinition } from './service-definition.js';
import type { ServiceName } from '@crm/contracts';

type SubjectErased = DomainEvent<
  'SubjectErased',
  { readonly erasureId: string; readonly partyId: string; readonly destroyed: Destroyed }
>;

const subjectErasure: Aggregate<{ readonly done: boolean }, SubjectErased> = {
  category: 'subject-erasure',
  initial: { done: false },
  evolve: () => ({ done: true }),
};

const reportErasure =
  (data: SubjectErased['data']) =>
  (state: { readonly done: boolean }): readonly SubjectErased[] =>
    state.done ? [] : [{ type: 'SubjectErased', data }];

const contractOf = {
  'customer-information': CustomerInformationSubjectErasedV1,
  marketing: MarketingSubjectErasedV1,
  sales: SalesSubjectErasedV1,
  service: ServiceSubjectErasedV1,
  analytics: AnalyticsSubjectErasedV1,
} as const satisfies Record<ServiceName, unknown>;

/** What consumers could not handle of a person is only references, but it is about them. */
const deadLetters: ErasureContributor = {
  name: 'dead-letters',
  kind: 'deadLetters',
  erase: (tx, subject) => forgetKeys(tx as Tx, [subject]),
};

const AGAIN = 'erase-parties-again';
/** After this no process opens a value with a key that it still remembers. */
const AGAIN_AFTER_MS = KEY_CACHE_MS + 5_000;

interface AgainPayload {
  readonly ids: readonly string[];
}

/** A party that was erased, as any service tells it. */
export interface ErasedParty {
  readonly erasureId: string;
  readonly partyId: string;
  readonly linkedIds: readonly string[];
  /** When it was erased, as far as is known. */
  readonly at: string;
}

type Erased = Pick<ErasedParty, 'erasureId' | 'partyId' | 'linkedIds'>;

/** The erasure of people from one service: at once, and once more when every cached key is forgotten. */
export interface PartyErasure {
  readonly reactor: Reactor;
  readonly job: JobDefinition;
  /** Erases a party of whose erasure the service's own database does not know. Changes nothing the second time. */
  reapply(erased: Erased): Promise<void>;
}

/** Every service destroys what it holds about an erased party, then says so; customer-information collects the receipt. */
export function partyErasure(context: ServiceContext, contributors: readonly ErasureContributor[]): PartyErasure {
  const erase = (ids: readonly string[]): Promise<Destroyed> =>
    eraseSubjects({
      ids,
      log: context.store.log,
      keyRing: context.keyRing,
      contributors: [deadLetters, eraseJobs, ...contributors],
      pool: context.pool,
    });
  /** Gives back the job that erases once more. */
  const carryOut = async (
    { erasureId, partyId, linkedIds }: Erased,
    commandIdFor?: (streamId: string) => string,
  ): Promise<Intent> => {
    const ids = [...new Set([partyId, ...linkedIds])];
    const destroyed = await erase(ids);
    const streamId = deriveId('subject-erasure', context.name, erasureId);
    await context.store.transact(subjectErasure, streamId, reportErasure({ erasureId, partyId, destroyed }), {
      key: erasureId,
      ...(commandIdFor === undefined ? {} : { commandId: commandIdFor(streamId) }),
    });
    const dueAt = new Date(context.clock() + AGAIN_AFTER_MS).toISOString();
    return { name: AGAIN, jobId: `erase-again-${erasureId}-1`, payload: { ids }, dueAt };
  };
  return {
    reapply: async (erased) => context.jobs.enqueue(await carryOut(erased)),
    reactor: {
      name: 'erase-parties',
      sources: [
        context.name === 'customer-information'
          ? { service: 'customer-information', types: ['PartyErased'] }
          : { service: 'customer-information', types: [PARTY_ERASED] },
      ],
      passes: ['PartyErased'],
      async react(event, reaction) {
        const again = await carryOut(event.data as PartyErasedV1Data, (streamId) =>
          reaction.commandId('report', streamId),
        );
        reaction.after((tx) => context.jobs.intend(tx, again));
      },
    },
    job: {
      name: AGAIN,
      handle: async ({ payload }: Job<AgainPayload>) => {
        await erase(payload.ids);
      },
    },
  };
}

/** The public form of this module's own event. */
export function publishErasure(service: ServiceName, event: RecordedEvent): PublicEvent | undefined {
  if (event.category !== subjectErasure.category) return undefined;
  return publicEvent(contractOf[service], event.data as SubjectErased['data']);
}
