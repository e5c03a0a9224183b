import { MartRefreshedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { MartRefreshEvent } from './mart-refresh.events.js';

export function publishMartRefresh(event: MartRefreshEvent): PublicEvent | undefined {
  switch (event.type) {
    case 'MartRefreshed':
      return publicEvent(MartRefreshedV1, event.data);
    case 'MartRefreshRequested':
    case 'SourceHeadsNoted':
    case 'MartRefreshFailed':
      return undefined;
  }
}
