import { fingerprintOf } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { treatmentAggregate } from '../treatment/treatment.js';
import { unlessErased } from '../unless-erased.js';
import type { ResponseReceived } from './response.events.js';
import { responseAggregate, responseIdOf } from './response.js';

const SOURCE = 'email';
const MINUTE = 'yyyy-mm-ddThh:mm'.length;

/** What a message brings back by itself. */
export type MailResponseKind = 'unsubscribed' | 'bounced' | 'complained';

/**
 * Records the answer to a message; nothing for a treatment that is not known, or whose party was erased. A bounce counts once
 * for each treatment; who unsubscribes or complains may have agreed again meanwhile, and is heard again after a minute.
 */
export async function recordMailResponse(
  { store }: ServiceContext,
  treatmentId: string,
  kind: MailResponseKind,
  at: string,
): Promise<void> {
  const { state } = await store.read(treatmentAggregate, treatmentId);
  if (state.status === 'new') return;
  const { partyId } = state.assigned;
  const said = kind === 'bounced' ? kind : `${kind}/${at.slice(0, MINUTE)}`;
  const responseRef = `${treatmentId}/${said}`;
  const responseId = responseIdOf(SOURCE, responseRef);
  const event: ResponseReceived = {
    type: 'ResponseReceived',
    data: { responseId, responseRef, partyId, kind, channel: 'email', at, source: SOURCE, treatmentId },
    occurredAt: at,
    loopId: state.assigned.waveId,
  };
  const fingerprint = fingerprintOf({ treatmentId, kind });
  await unlessErased(store.recordFact(responseAggregate, responseId, event, { key: partyId, fingerprint }));
}
