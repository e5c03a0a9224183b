import { deriveId, Rejected, type Committed } from '@crm/event-sourcing';
import { create, IsId, IsOccurredAt, isGiven, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsInt, IsString, Length, Max, Min, ValidateIf } from 'class-validator';
import { runsAt } from '../../customer-score/score-runs.js';
import { campaignKnown } from '../../loop/known-campaign.js';
import { requestMartRefresh } from '../../mart-refresh/mart-refresh.decider.js';
import { martRefreshAggregate } from '../../mart-refresh/mart-refresh.js';
import { orderOf } from '../../segment/evaluate-segment.js';
import { segmentAggregate } from '../../segment/segment.js';
import { newestRefresh } from '../newest-refresh.js';
import { defineTargetList } from '../target-list.decider.js';
import type { TargetListDefined } from '../target-list.events.js';
import { targetListAggregate } from '../target-list.js';

const MOST_MEMBERS = 10_000_000;
/** A list this much behind the clock replays a past moment. */
const REPLAY_MS = 3_600_000;

export class DefineTargetListBody {
  @ValidateIf(isGiven) @IsId() readonly targetListId?: string;
  @IsId() readonly campaignId!: string;
  @IsId() readonly segmentId!: string;
  @ValidateIf(isGiven) @IsOccurredAt() readonly asOf?: string;
  @ValidateIf(isGiven) @IsInt() @Min(1) @Max(MOST_MEMBERS) readonly limit?: number;
  /** A feature, or `<model>.<value>`; with `-` the largest first. */
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly orderBy?: string;
}

export class DefineTargetList extends Command<Committed> {
  constructor(
    readonly targetListId: string,
    readonly body: DefineTargetListBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(DefineTargetList)
export class DefineTargetListHandler implements ICommandHandler<DefineTargetList> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ targetListId, body, request }: DefineTargetList): Promise<Committed> {
    const { store, clock } = this.context;
    orderOf(body.orderBy);
    const asOf = new Date(body.asOf ?? clock()).toISOString();
    const { state } = await store.read(targetListAggregate, targetListId);
    const snapshot = state.status === 'new' ? await this.snapshotAt(targetListId, body, asOf) : state.definition;
    const { campaignId, segmentId, limit, orderBy } = body;
    const definition: TargetListDefined['data'] = {
      ...{ targetListId, loopId: targetListId, campaignId, segmentId, asOf },
      ...{ refreshId: snapshot.refreshId, runIds: snapshot.runIds },
      ...(limit === undefined ? {} : { limit }),
      ...(orderBy === undefined ? {} : { orderBy }),
    };
    const decide = defineTargetList({ definition, atAnyTime: body.asOf === undefined });
    return create(store, targetListAggregate, targetListId, decide, request.options);
  }

  /** The refresh and the runs that the list will stand on; asks for a refresh where there is none. */
  private async snapshotAt(
    targetListId: string,
    { campaignId, segmentId }: DefineTargetListBody,
    asOf: string,
  ): Promise<Pick<TargetListDefined['data'], 'refreshId' | 'runIds'>> {
    const { store, pool, clock } = this.context;
    const { channel } = await campaignKnown(this.context, campaignId);
    if (clock() - Date.parse(asOf) > REPLAY_MS && channel !== 'recorder')
      throw new Rejected('past-needs-recorder', 'A list of the past can only go to a campaign on the recorder channel');
    const { state: segment } = await store.read(segmentAggregate, segmentId);
    if (segment.status === 'new') throw new Rejected('segment-unknown', 'There is no such segment');
    const runIds = (await runsAt(pool, { asOf })).map(({ runId }) => runId);
    const refreshId = (await newestRefresh(pool, asOf)) ?? deriveId('mart-refresh', targetListId);
    const now = new Date(clock()).toISOString();
    await store.transact(martRefreshAggregate, refreshId, askedOnce(refreshId, asOf, now));
    return { refreshId, runIds };
  }
}

/** Asks for a refresh unless it is there already. */
const askedOnce =
  (refreshId: string, asOf: string, now: string): ReturnType<typeof requestMartRefresh> =>
  (state) =>
    state.status === 'new' ? requestMartRefresh({ refreshId, asOf, now })(state) : [];
