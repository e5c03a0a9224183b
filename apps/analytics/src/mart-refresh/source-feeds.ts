import type { ServiceClients } from '@crm/platform';

export type SourceName = 'customer-information' | 'marketing' | 'sales' | 'service';

/** Where a source's feed ends, by lane. */
export interface SourceHeads {
  readonly incarnation: string;
  readonly heads: readonly { readonly lane: number; readonly position: bigint }[];
}

/** One public event of a source, as far as counting needs it. */
export interface SourceEvent {
  readonly type: string;
  readonly position: bigint;
}

/** The sources as they tell about themselves, apart from the bus: what an integrity check compares the mart with. */
export interface SourceFeeds {
  heads(service: SourceName): Promise<SourceHeads>;
  /** Events of a lane after a position, in order; none when the lane ends there. */
  read(service: SourceName, lane: number, after: bigint): Promise<readonly SourceEvent[]>;
}

const PAGE = 1_000;

interface LanesAnswer {
  readonly incarnation: string;
  readonly lanes: readonly { readonly lane: number; readonly head: string }[];
}

interface PageAnswer {
  readonly events: readonly { readonly type: string; readonly position: string }[];
}

/** The feeds over HTTP. */
export function httpSourceFeeds(services: Pick<ServiceClients, 'get'>): SourceFeeds {
  return {
    async heads(service) {
      const { incarnation, lanes } = await services.get<LanesAnswer>(service, `/v1/feeds/${service}/lanes`);
      return { incarnation, heads: lanes.map(({ lane, head }) => ({ lane, position: BigInt(head) })) };
    },
    async read(service, lane, after) {
      const path = `/v1/feeds/${service}?lane=${String(lane)}&after=${String(after)}&limit=${String(PAGE)}`;
      const { events } = await services.get<PageAnswer>(service, path);
      return events.map(({ type, position }) => ({ type, position: BigInt(position) }));
    },
  };
}
