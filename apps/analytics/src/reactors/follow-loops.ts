import type { Intent } from '@crm/jobs';
import type { FeedEvent, Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import type { LoopEvent } from '../loop/loop-events.js';
import { computeResultFor, followFacts } from '../loop/loop-jobs.js';
import { FACTS } from '../loop/loops.projection.js';

const ENDS = ['crm.marketing.wave-loaded.v1', 'crm.marketing.campaign-closed.v1'] as const;

type Followed = Extract<LoopEvent, { type: (typeof FACTS)[number] | (typeof ENDS)[number] }>;

/** Plans what follows from facts of loops: the rest of the trace, and results. Events of a batch share their jobs. */
export function followLoops({ jobs }: Pick<ServiceContext, 'jobs'>): Reactor<Followed> {
  const planned = new Together<FeedEvent<Followed>>((events) => jobs.enqueue(...intentsOf(events)));
  return {
    name: 'follow-loops',
    sources: [{ service: 'marketing', types: [...FACTS, ...ENDS] }],
    react: (event) => planned.add(event),
  };
}

function intentsOf(events: readonly FeedEvent<Followed>[]): readonly Intent[] {
  const facts = new Map<
    string,
    { readonly campaignId: string; readonly lanes: Map<number, bigint>; responses: boolean }
  >();
  const ends: Intent[] = [];
  for (const event of events) {
    const positions = [{ lane: event.lane, position: String(event.position) }];
    if (event.type === 'crm.marketing.campaign-closed.v1') {
      ends.push(computeResultFor({ reason: 'closed', campaignId: event.data.campaignId, positions }));
      continue;
    }
    const { waveId: loopId, campaignId } = event.data;
    if (event.type === 'crm.marketing.wave-loaded.v1') {
      ends.push(computeResultFor({ reason: 'window-over', campaignId, loopId, positions }));
      continue;
    }
    const loop = facts.get(loopId) ?? { campaignId, lanes: new Map<number, bigint>(), responses: false };
    facts.set(loopId, loop);
    loop.responses ||= event.type === 'crm.marketing.response-classified.v1';
    if (event.position > (loop.lanes.get(event.lane) ?? 0n)) loop.lanes.set(event.lane, event.position);
  }
  const follow = [...facts].map(([loopId, { campaignId, lanes, responses }]) => {
    const positions = [...lanes].map(([lane, position]) => ({ lane, position: String(position) }));
    return followFacts({ loopId, campaignId, positions, responses });
  });
  return [...ends, ...follow];
}

/** Does something once for all who ask for it in the same tick. */
class Together<Item> {
  private items: Item[] = [];
  private next: Promise<void> | undefined;

  constructor(private readonly work: (items: readonly Item[]) => Promise<void>) {}

  add(item: Item): Promise<void> {
    this.items.push(item);
    this.next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const { items } = this;
      this.items = [];
      this.next = undefined;
      return this.work(items);
    });
    return this.next;
  }
}
