import { EventStore, Rejected } from '@crm/event-sourcing';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';
import { ERASING_SERVICES, erasureAggregate } from './erasure.js';

const STAYS =
  'Facts without personal values stay under the id of the party: orders, contacts, treatments, responses, consents and ' +
  'scores. Results, frequency caps and audits are computed from them, and without the destroyed keys they are ' +
  'pseudonymous. Sealed values stay in the log as cipher text that nothing opens any more. The id stays on the list of ' +
  'erased parties, so that nothing is recorded about it again.';

const Count = Type.Integer();

export const receiptSchema = Type.Object({
  erasureId: Type.String({ format: 'uuid' }),
  partyId: Type.String({ format: 'uuid' }),
  status: Type.String(),
  requestedAt: Type.String({ format: 'date-time' }),
  progress: Type.Object({ done: Count, total: Count }),
  services: Type.Array(
    Type.Object({
      service: Type.String(),
      destroyed: Type.Object({ keys: Count, snapshots: Count, rows: Count, deadLetters: Count, jobs: Count }),
      at: Type.String({ format: 'date-time' }),
    }),
  ),
  stays: Type.String(),
});

export type ErasureReceipt = Static<typeof receiptSchema>;

/** What was destroyed where, and what stays and why. */
export class ErasureReceiptOf extends Query<ErasureReceipt> {
  constructor(readonly erasureId: string) {
    super();
  }
}

@QueryHandler(ErasureReceiptOf)
export class ErasureReceiptHandler implements IQueryHandler<ErasureReceiptOf> {
  constructor(private readonly store: EventStore) {}

  async execute({ erasureId }: ErasureReceiptOf): Promise<ErasureReceipt> {
    const { state } = await this.store.read(erasureAggregate, erasureId);
    if (state.status === 'none') throw new Rejected('not-found', 'There is no such erasure', { status: 404 });
    const { status, partyId, requestedAt, reports } = state;
    const progress = { done: reports.length, total: ERASING_SERVICES.length };
    return { erasureId, partyId, status, requestedAt, progress, services: [...reports], stays: STAYS };
  }
}
