import { Rejected } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { CONTROL } from '../campaign/campaign-plan.js';
import { campaignAggregate } from '../campaign/campaign.js';
import { importedResponsesOf, presentedAtOf } from '../response/imported-responses.js';
import { responseAggregate } from '../response/response.js';
import { recordImportedResponse } from '../response/response.decider.js';
import { unlessErased } from '../unless-erased.js';
import type { Chunk } from '../wave/chunks.js';
import { carryOverTreatment } from './treatment.decider.js';
import { treatmentAggregate } from './treatment.js';
import { treatmentInput } from './treatment-input.js';

type CommandId = (purpose: string, streamId: string) => string;

/** What follows from a chunk of a wave that was carried out elsewhere: its presentations and its responses. */
export async function carryOverChunk({ store }: ServiceContext, chunk: Chunk, commandId: CommandId): Promise<void> {
  const { state: campaign } = await store.read(campaignAggregate, chunk.campaignId);
  if (campaign.status === 'new') throw new Rejected('campaign-unknown', 'There is no such campaign', { status: 404 });
  const { plan } = campaign;
  const treated = chunk.accepted.filter(({ arm }) => arm !== CONTROL);
  const presentations = treated.map((member) => {
    const input = treatmentInput(plan, chunk, member, presentedAtOf(chunk, member));
    const options = { key: member.partyId, commandId: commandId('carry-over', input.treatmentId) };
    return unlessErased(store.transact(treatmentAggregate, input.treatmentId, carryOverTreatment(input), options));
  });
  const responses = importedResponsesOf(chunk, plan).map(({ received, recorded }) => {
    const options = { key: received.partyId, commandId: commandId('record', received.responseId) };
    return unlessErased(
      store.transact(responseAggregate, received.responseId, recordImportedResponse(received, recorded), options),
    );
  });
  await Promise.all([...presentations, ...responses]);
}
