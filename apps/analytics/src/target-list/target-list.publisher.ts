import {
  publicEvent,
  TargetListChunkDeliveredV1,
  TargetListDefinedV1,
  TargetListDeliveredV1,
  TargetListFrozenV1,
  type PublicEvent,
} from '@crm/contracts';
import type { TargetListChunkDelivered, TargetListEvent } from './target-list.events.js';

export function publishTargetList(event: TargetListEvent | TargetListChunkDelivered): PublicEvent | undefined {
  switch (event.type) {
    case 'TargetListDefined': {
      const { limit: _limit, orderBy: _orderBy, ...data } = event.data;
      return publicEvent(TargetListDefinedV1, data);
    }
    case 'TargetListFrozen':
      return publicEvent(TargetListFrozenV1, event.data);
    case 'TargetListChunkDelivered':
      return publicEvent(TargetListChunkDeliveredV1, event.data);
    case 'TargetListDelivered':
      return publicEvent(TargetListDeliveredV1, event.data);
    case 'TargetListRefused':
    case 'TargetListChunkAcknowledged':
    case 'TargetListAcknowledged':
      return undefined;
  }
}
