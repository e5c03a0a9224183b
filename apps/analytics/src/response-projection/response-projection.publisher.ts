import { publicEvent, ResponseProjectedV1, type PublicEvent } from '@crm/contracts';
import type { ResponseProjected } from './response-projection.events.js';

export function publishResponseProjection({ data }: ResponseProjected): PublicEvent {
  const { loopId, campaignId, batch, projected, byClass, positions } = data;
  return publicEvent(ResponseProjectedV1, {
    loopId,
    campaignId,
    batch: String(batch),
    projected,
    byClass,
    positions: positions.map(({ lane, position }) => ({ service: 'marketing', lane, position })),
  });
}
