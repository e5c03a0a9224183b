import { setTimeout as sleep } from 'node:timers/promises';
import { deriveId } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { martRefreshAggregate } from '../mart-refresh/mart-refresh.js';
import { segmentAggregate } from '../segment/segment.js';
import { freezeMembers, membersBetween } from './freeze-members.js';
import { deliverTargetList, freezeTargetList, refuseTargetList } from './target-list.decider.js';
import type { TargetListDefined, TargetListFrozen } from './target-list.events.js';
import { listChunkId, targetListAggregate, targetListChunkAggregate } from './target-list.js';

export const DELIVER_TARGET_LIST = 'deliver-target-list';

const CHUNK = 500;
const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 20_000;

type Context = Pick<ServiceContext, 'store' | 'pool' | 'clock'>;

/** The mart that the list refers to is not refreshed yet; the job comes back to it. */
class MartNotRefreshed extends Error {
  readonly transient = true;

  constructor() {
    super('the mart is not refreshed yet');
    this.name = 'MartNotRefreshed';
  }
}

/** Freezes a defined list and sends it out. May stop and begin again anywhere: every step is a command with an id of its own. */
export const deliverList = (context: Context): JobDefinition => ({
  name: DELIVER_TARGET_LIST,
  async handle({ payload: { targetListId }, signal }: Job<{ readonly targetListId: string }>) {
    const { state } = await context.store.read(targetListAggregate, targetListId);
    if (state.status === 'defined') await freeze(context, state.definition, signal);
    const { state: list } = await context.store.read(targetListAggregate, targetListId);
    if (list.status === 'frozen') await deliver(context, list.frozen);
  },
});

async function freeze(context: Context, definition: TargetListDefined['data'], signal: AbortSignal): Promise<void> {
  const { targetListId, segmentId, refreshId } = definition;
  const refused = await whyNotRefreshed(context, refreshId, signal);
  const { state: segment } = await context.store.read(segmentAggregate, segmentId);
  if (refused !== undefined || segment.status === 'new') {
    await context.store.transact(targetListAggregate, targetListId, refuseTargetList(refused ?? 'segment-unknown'));
    return;
  }
  const members = await freezeMembers(context.pool, { definition, where: segment.where, now: context.clock() });
  const commandId = deriveId('command', 'freeze-target-list', targetListId);
  await context.store.transact(targetListAggregate, targetListId, freezeTargetList(members), { commandId });
}

/** Waits for the refresh; why nothing can be built on it, if so. */
async function whyNotRefreshed(
  { store }: Context,
  refreshId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const { state } = await store.read(martRefreshAggregate, refreshId);
    if (state.status === 'done') return undefined;
    if (state.status === 'failed') return state.code;
    if (waited >= PATIENCE_MS) throw new MartNotRefreshed();
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/** Chunk by chunk in the lane of the list, so that the end comes after all of them. */
async function deliver({ store, pool }: Context, list: TargetListFrozen['data']): Promise<void> {
  const { targetListId, loopId, campaignId, asOf, contentHash: fingerprint } = list;
  const chunks = Math.ceil(list.frozen / CHUNK);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const members = await membersBetween(pool, targetListId, chunk * CHUNK, (chunk + 1) * CHUNK);
    const data = { targetListId, loopId, campaignId, asOf, chunk, members };
    const streamId = listChunkId(targetListId, chunk);
    const commandId = deriveId('command', 'deliver-target-list-chunk', streamId);
    const options = { key: targetListId, commandId, fingerprint };
    await store.recordFact(
      targetListChunkAggregate,
      streamId,
      { type: 'TargetListChunkDelivered', data, loopId },
      options,
    );
  }
  const commandId = deriveId('command', 'deliver-target-list', targetListId);
  await store.transact(targetListAggregate, targetListId, deliverTargetList(chunks), { commandId });
}
