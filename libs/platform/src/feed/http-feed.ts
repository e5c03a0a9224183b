import type { ServiceName } from '@crm/contracts';
import { LANES, Stopwatch, type Incarnation, type LanePositions } from '@crm/event-sourcing';
import { BEYOND, HeadWatch, type FeedEvent, type FeedWithHistory } from '@crm/messaging';
import { ServiceCallFailed, type ServiceClients } from '../service/service-clients.js';

/** What the route gives at most. */
const PAGE = 1_000;
const LANES_TIMEOUT_MS = 5_000;
const KNOWN_MS = 250;
const POLL_MS = 1_000;

type OverHttp<Value, Field extends keyof Value, Shape> = Omit<Value, Field> & Record<Field, Shape>;

interface LanesAnswer {
  readonly incarnation: string;
  readonly lanes: readonly { readonly lane: number; readonly head: string }[];
  readonly incarnations: readonly OverHttp<Incarnation, 'heads', readonly string[]>[];
}

interface PageAnswer {
  readonly events: readonly OverHttp<FeedEvent, 'position', string>[];
}

/** The public feed of a service that runs elsewhere, over HTTP: for what a topic left out, and for those without topics. */
export class HttpFeed implements FeedWithHistory {
  readonly lanes = LANES;
  private known: { readonly answer: Promise<LanesAnswer>; age?: Stopwatch } | undefined;
  private readonly watch = new HeadWatch({ heads: () => this.heads(), onAppended: () => () => undefined }, POLL_MS);

  constructor(
    readonly service: ServiceName,
    private readonly services: ServiceClients,
  ) {}

  async incarnation(fresh = false): Promise<string> {
    return (await this.present(fresh)).incarnation;
  }

  async incarnations(): Promise<readonly Incarnation[]> {
    const { incarnations } = await this.present(true);
    return incarnations.map((life) => ({ ...life, heads: life.heads.map(BigInt) }));
  }

  async heads(): Promise<LanePositions> {
    return headsOf(await this.present(false));
  }

  async read(after: LanePositions, limit: number): Promise<readonly FeedEvent[]> {
    const heads = await this.headsPast(after);
    const pages = heads.flatMap((head, lane) => {
      const from = after[lane] ?? BEYOND;
      return from < head ? [this.readLane(lane, from, limit)] : [];
    });
    return (await Promise.all(pages)).flat();
  }

  /** Asks every second, only while somebody listens. */
  onAdvance(listener: (heads: LanePositions) => void): () => void {
    return this.watch.watch(listener);
  }

  private async readLane(lane: number, from: bigint, limit: number): Promise<readonly FeedEvent[]> {
    const events: FeedEvent[] = [];
    for (let after = from; events.length < limit; after = events.at(-1)?.position ?? after) {
      const size = Math.min(PAGE, limit - events.length);
      const query = `?lane=${String(lane)}&after=${String(after)}&limit=${String(size)}`;
      const page = await this.ask<PageAnswer>(query, 'events');
      for (const event of page.events) events.push({ ...event, position: BigInt(event.position) });
      if (page.events.length < size) break;
    }
    return events;
  }

  /** Heads that were read after every position asked for existed, as far as that can be told. */
  private async headsPast(after: LanePositions): Promise<LanePositions> {
    const known = this.known;
    const present = this.present(false);
    const isFresh = this.known !== known;
    const heads = headsOf(await present);
    const isPast = after.every((position, lane) => position === BEYOND || position < (heads[lane] ?? 0n));
    return isFresh || isPast ? heads : headsOf(await this.present(true));
  }

  /** Shared by all who ask at the same time, an error too: a source that is down is not asked by each consumer. */
  private present(fresh: boolean): Promise<LanesAnswer> {
    if (!fresh && this.known !== undefined && (this.known.age?.ms ?? 0) < KNOWN_MS) return this.known.answer;
    const answer = this.ask<LanesAnswer>('/lanes', 'lanes', LANES_TIMEOUT_MS);
    const known: NonNullable<HttpFeed['known']> = { answer };
    const keep = (): void => {
      known.age = new Stopwatch();
    };
    answer.then(keep, keep);
    this.known = known;
    return answer;
  }

  private async ask<Answer>(path: string, part: keyof Answer, timeoutMs?: number): Promise<Answer> {
    const answer = await this.services.get<Partial<Answer>>(
      this.service,
      `/v1/feeds/${this.service}${path}`,
      timeoutMs,
    );
    // Cut off on its way: what was read of it is no answer.
    if (answer[part] === undefined) throw new ServiceCallFailed(this.service, 0, 'answer-incomplete');
    return answer as Answer;
  }
}

function headsOf({ lanes }: LanesAnswer): LanePositions {
  return lanes.map(({ head }) => BigInt(head));
}
