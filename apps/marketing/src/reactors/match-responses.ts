import type { OrderPlacedV1Data, SalesResponseReceivedV1Data, ServiceResponseReceivedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { Coalesced } from '../coalesced.js';
import { classifyResponses } from '../member/member.decider.js';
import { memberAggregate, memberIdOf } from '../member/member.js';
import { keepHeard, membershipsOf } from '../response/heard-table.js';
import type { Heard, Membership } from '../response/matching.js';
import { recordMatched } from '../response/record-matched.js';
import type { ResponseReceived, ResponseRecorded } from '../response/response.events.js';
import { responseIdOf } from '../response/response.js';
import { ResponseWindows } from '../response/response-window.js';
import { unlessErased } from '../unless-erased.js';

type HeardEvent =
  | ResponseReceived
  | DomainEvent<'crm.sales.response-received.v1', SalesResponseReceivedV1Data>
  | DomainEvent<'crm.service.response-received.v1', ServiceResponseReceivedV1Data>
  | DomainEvent<'crm.sales.order-placed.v1', OrderPlacedV1Data>;

/** Hops 8 and 8-1: whatever a customer did, wherever it was heard, is matched to a member and judged. */
export function matchResponses(context: ServiceContext): Reactor<HeardEvent | ResponseRecorded> {
  const { store, pool } = context;
  const windows = new ResponseWindows(store);
  const keepAndFind = new Coalesced<Heard, readonly Membership[]>(async (heard) => {
    await keepHeard(pool, heard);
    const memberships = await membershipsOf(
      pool,
      heard.map(({ partyId }) => partyId),
    );
    return heard.map(({ partyId }) => memberships.get(partyId) ?? []);
  });
  return {
    name: 'match-responses',
    sources: [
      { service: 'marketing', types: ['ResponseReceived', 'ResponseRecorded'] },
      { service: 'sales', types: ['crm.sales.response-received.v1', 'crm.sales.order-placed.v1'] },
      { service: 'service', types: ['crm.service.response-received.v1'] },
    ],
    async react(event, reaction) {
      const commandId = (purpose: string, streamId: string): string => reaction.commandId(purpose, streamId);
      if (event.type === 'ResponseRecorded') {
        await classify(event, windows, (memberId, decision) =>
          unlessErased(
            store.transact(memberAggregate, memberId, decision, {
              key: event.data.partyId,
              commandId: commandId('classify', memberId),
            }),
          ),
        );
        return;
      }
      // Comes with its match, in the same command.
      if (event.type === 'ResponseReceived' && event.data.source === 'wave-import') return;
      const heard = heardIn(event);
      await recordMatched(store, heard, await keepAndFind.ask(heard), commandId);
    },
  };
}

async function classify(
  { data: { match, imported, ...response } }: FeedEvent<ResponseRecorded>,
  windows: ResponseWindows,
  decide: (memberId: string, decision: ReturnType<typeof classifyResponses>) => Promise<unknown>,
): Promise<void> {
  // Imported ones are judged together when their wave is loaded.
  if (match === undefined || imported === true) return;
  const window = await windows.of(match.campaignId, match.waveId);
  if (window === undefined) throw new Error('a response was matched to a wave that is not loaded');
  await decide(memberIdOf(match.waveId, response.partyId), classifyResponses(window, [{ ...response, match }]));
}

function heardIn(event: FeedEvent<HeardEvent>): Heard {
  if (event.type === 'crm.sales.order-placed.v1') {
    const { orderId, partyId, orderedAt, total } = event.data;
    return {
      responseId: responseIdOf('order', orderId),
      partyId,
      kind: 'order',
      at: orderedAt,
      isOrder: true,
      amount: total,
    };
  }
  const { responseId, partyId, kind, at, treatmentId, sourceCode, amount } = event.data;
  return {
    responseId,
    partyId,
    kind,
    at,
    isOrder: false,
    ...(treatmentId === undefined ? {} : { treatmentId }),
    ...(sourceCode === undefined ? {} : { sourceCode }),
    ...(amount === undefined ? {} : { amount }),
  };
}
