import type { ServiceContext } from '@crm/platform';
import { campaignAggregate } from '../campaign/campaign.js';
import { chunksOf } from '../wave/chunks.js';
import type { WaveLoaded } from '../wave/wave.events.js';
import { addMembers, heardOf, membershipsOf, openWindow } from './heard-table.js';
import { recordMatched } from './record-matched.js';
import { windowOf } from './response-window.js';

/** A wave is there: its members can be found from now on, and what was heard of them before is matched again. */
export async function matchLate(
  { store, pool }: ServiceContext,
  { campaignId, waveId, startedAt, chunks }: WaveLoaded['data'],
  commandId: (purpose: string, streamId: string) => string,
): Promise<void> {
  const { state: campaign } = await store.read(campaignAggregate, campaignId);
  if (campaign.status === 'new') return;
  const { offer, arms } = campaign.plan;
  const { endsAt, conversion } = windowOf(campaign.plan, startedAt);
  const offers = [offer.code, ...arms.flatMap((arm) => (arm.offer === undefined ? [] : [arm.offer.code]))];
  let opened = false;
  for await (const { accepted, waveRef } of chunksOf(store, waveId, chunks)) {
    const codes = [...offers, ...(waveRef === undefined ? [] : [waveRef])];
    if (!opened) await openWindow(pool, { waveId, campaignId, startedAt, endsAt, conversion, codes });
    opened = true;
    if (accepted.length === 0) continue;
    await addMembers(pool, waveId, accepted);
    const heard = await heardOf(
      pool,
      accepted.map(({ partyId }) => partyId),
    );
    if (heard.length === 0) continue;
    const memberships = await membershipsOf(
      pool,
      heard.map(({ partyId }) => partyId),
    );
    await Promise.all(heard.map((one) => recordMatched(store, one, memberships.get(one.partyId) ?? [], commandId)));
  }
}
