import { deriveId, fingerprintOf, newId, Rejected, type Committed } from '@crm/event-sourcing';
import { partyOf, type BulkItem, type ItemOutcome, type ServiceContext } from '@crm/platform';
import { CONTROL } from '../campaign/campaign-plan.js';
import { campaignAggregate } from '../campaign/campaign.js';
import { openWave } from '../campaign/campaign.decider.js';
import { allChunks, readChunk, type Chunk } from './chunks.js';
import { erasedAmong } from './member-guards.js';
import type { AcceptedMember, WaveChunkLoaded } from './wave-chunk.events.js';
import type { WaveItem } from './wave-item.js';
import { chunkStreamId, waveAggregate, waveChunkAggregate } from './wave.js';
import { loadWave } from './wave.decider.js';

interface Named {
  readonly campaignId: string;
  readonly waveRef: string;
}

/**
 * One import into a wave that was carried out elsewhere. What is known of its members comes from the log alone: an import reads
 * the chunks that are there, and each further chunk can be stored by one import only, so that an import which was cut off, comes
 * twice, or runs beside another one stores nobody twice.
 */
export class WaveImport {
  private readonly known = new Map<string, string>();
  private readonly importedAt: string;
  private chunks = 0;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly context: ServiceContext,
    private readonly named: Named,
    private readonly arms: ReadonlySet<string>,
  ) {
    this.importedAt = new Date(context.clock()).toISOString();
  }

  static waveIdOf({ campaignId, waveRef }: Named): string {
    return deriveId('wave', campaignId, waveRef);
  }

  static async begin(context: ServiceContext, named: Named): Promise<WaveImport> {
    const { store } = context;
    const { campaignId } = named;
    await store.transact(
      campaignAggregate,
      campaignId,
      openWave({ campaignId, waveId: WaveImport.waveIdOf(named), origin: 'elsewhere' }),
    );
    const { state } = await store.read(campaignAggregate, campaignId);
    const arms = state.status === 'new' ? [] : state.plan.arms.map(({ name }) => name);
    const begun = new WaveImport(context, named, new Set([CONTROL, ...arms]));
    await begun.learn();
    return begun;
  }

  get waveId(): string {
    return WaveImport.waveIdOf(this.named);
  }

  /** Stores the members of up to 500 lines as one chunk; chunks of one import go one after the other. */
  store(items: readonly BulkItem<WaveItem>[]): Promise<readonly ItemOutcome[]> {
    const turn = this.turn.then(() => this.storeNext(items));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the loading with what is in the log; undefined when nobody was accepted. */
  async finish(): Promise<Committed | undefined> {
    await this.learn();
    if (this.chunks === 0) return undefined;
    const { waveId, named } = this;
    const { store } = this.context;
    const chunks = await allChunks(store, waveId, this.chunks);
    const presented = chunks.flatMap(({ accepted }) => accepted.flatMap(({ presentedAt }) => presentedAt ?? []));
    const earliest = presented.reduce(
      (first, at) => (Date.parse(at) < Date.parse(first) ? at : first),
      presented[0] ?? '',
    );
    const startedAt = earliest === '' ? (chunks[0]?.importedAt ?? this.importedAt) : earliest;
    const input = {
      waveId,
      campaignId: named.campaignId,
      origin: 'elsewhere' as const,
      startedAt,
      replayed: false,
      chunks,
    };
    return store.transact(waveAggregate, waveId, loadWave(input), { key: waveId });
  }

  private async storeNext(items: readonly BulkItem<WaveItem>[]): Promise<readonly ItemOutcome[]> {
    const parties = items.map(({ item }) => partyOf(item, this.context.referenceKey));
    const erased = await erasedAmong(this.context.pool, parties);
    for (;;) {
      const fresh = new Map<string, AcceptedMember>();
      const outcomes = items.map(({ item }, index) => this.judge(item, parties[index] ?? '', erased, fresh));
      if (fresh.size === 0) return outcomes;
      const committed = await this.append([...fresh.values()]);
      if (committed !== undefined)
        return outcomes.map((outcome) => (outcome.status === 'accepted' ? { ...outcome, place: committed } : outcome));
      // Another import stored this chunk: what it holds is known now, and the lines are judged again.
      await this.learn();
    }
  }

  private judge(
    item: WaveItem,
    partyId: string,
    erased: ReadonlySet<string>,
    fresh: Map<string, AcceptedMember>,
  ): ItemOutcome {
    if (!this.arms.has(item.arm)) return { status: 'rejected', code: 'arm-unknown', pointer: '/arm', httpStatus: 422 };
    if (erased.has(partyId)) return { status: 'rejected', code: 'party-erased', httpStatus: 410 };
    const member = memberOf(item, partyId);
    const inChunk = fresh.get(partyId);
    const known = inChunk === undefined ? this.known.get(partyId) : contentOf(inChunk);
    if (known !== undefined)
      return known === contentOf(member) ? { status: 'duplicate', id: partyId } : { status: 'conflict', id: partyId };
    fresh.set(partyId, member);
    return { status: 'accepted', id: partyId };
  }

  private async append(accepted: readonly AcceptedMember[]): Promise<Committed | undefined> {
    const { waveId, importedAt } = this;
    const { campaignId, waveRef } = this.named;
    const chunk = this.chunks;
    const data: Chunk = { waveId, campaignId, chunk, origin: 'elsewhere', accepted, rejected: [], waveRef, importedAt };
    const event: WaveChunkLoaded = { type: 'WaveChunkLoaded', data, loopId: waveId };
    // A fingerprint of its own, so that a chunk of another import is never taken for this one.
    const options = { key: waveId, fingerprint: newId() };
    const { status, committed } = await this.context.store.recordFact(
      waveChunkAggregate,
      chunkStreamId(waveId, chunk),
      event,
      options,
    );
    if (status !== 'accepted') return undefined;
    this.remember(data);
    return committed;
  }

  /** Reads chunks from the next one on, until one is missing. */
  private async learn(): Promise<void> {
    for (;;) {
      const chunk = await readChunk(this.context.store, this.waveId, this.chunks);
      if (chunk === undefined) return;
      this.remember(chunk);
    }
  }

  private remember(chunk: Chunk): void {
    for (const member of chunk.accepted) this.known.set(member.partyId, contentOf(member));
    this.chunks += 1;
  }
}

function memberOf({ arm, presentedAt, responses }: WaveItem, partyId: string): AcceptedMember {
  return {
    partyId,
    arm,
    ...(presentedAt === undefined ? {} : { presentedAt: utc(presentedAt) }),
    ...(responses === undefined || responses.length === 0
      ? {}
      : {
          responses: responses.map((response) =>
            response.at === undefined ? response : { ...response, at: utc(response.at) },
          ),
        }),
  };
}

function contentOf({ arm, presentedAt, responses }: AcceptedMember): string {
  return fingerprintOf({ arm, presentedAt, responses });
}

function utc(time: string): string {
  return new Date(time).toISOString();
}

/** Checks the name of a wave in the system that carried it out. */
export function waveRefIn(text: unknown): string {
  if (typeof text === 'string' && /^[\x21-\x7e]{1,100}$/.test(text)) return text;
  const errors = [
    { pointer: '/waveRef', code: 'wrong-format', detail: '1 to 100 printable characters without spaces' },
  ];
  throw new Rejected('validation-failed', 'Name the wave with waveRef', { status: 400, errors });
}
