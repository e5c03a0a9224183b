import { problem, ServiceContext, type Problem } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isFrozen, targetListAggregate, type FrozenList, type TargetList } from './target-list.js';

type Counts = Readonly<Record<string, number>>;

export interface TargetListView {
  readonly targetListId: string;
  readonly loopId: string;
  readonly campaignId: string;
  readonly segmentId: string;
  readonly asOf: string;
  readonly refreshId: string;
  readonly runIds: readonly string[];
  readonly status: 'defined' | 'frozen' | 'delivered' | 'acknowledged' | 'failed';
  readonly counts: {
    readonly selected: number;
    readonly suppressed: Counts;
    readonly frozen: number;
    readonly accepted: number;
    readonly rejected: Counts;
    readonly control: number;
    readonly arms: Counts;
  };
  readonly contentHash: string | null;
  readonly problem?: Problem;
}

/** How far is a list, and what became of those who were selected? */
export class TargetListById extends Query<TargetListView | undefined> {
  constructor(readonly targetListId: string) {
    super();
  }
}

@QueryHandler(TargetListById)
export class TargetListByIdHandler implements IQueryHandler<TargetListById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ targetListId }: TargetListById): Promise<TargetListView | undefined> {
    const { state } = await this.context.store.read(targetListAggregate, targetListId);
    return state.status === 'new' ? undefined : viewOf(state);
  }
}

const NOBODY = { selected: 0, suppressed: {}, frozen: 0, accepted: 0, rejected: {}, control: 0, arms: {} };

function viewOf(list: Exclude<TargetList, { status: 'new' }>): TargetListView {
  const { targetListId, loopId, campaignId, segmentId, asOf, refreshId, runIds } = list.definition;
  const about = { targetListId, loopId, campaignId, segmentId, asOf, refreshId, runIds };
  if (isFrozen(list))
    return { ...about, status: list.status, counts: countsOf(list), contentHash: list.frozen.contentHash };
  const nothing = { ...about, counts: NOBODY, contentHash: null };
  return list.status === 'refused'
    ? { ...nothing, status: 'failed', problem: problem(list.code) }
    : { ...nothing, status: 'defined' };
}

function countsOf({ frozen, rejections, acknowledged }: FrozenList): TargetListView['counts'] {
  const rejected: Record<string, number> = {};
  for (const chunk of Object.values(rejections))
    for (const [reason, count] of Object.entries(chunk)) rejected[reason] = (rejected[reason] ?? 0) + count;
  const { accepted = 0, control = 0, arms = {} } = acknowledged ?? {};
  const { selected, suppressed } = frozen;
  return { selected, suppressed, frozen: frozen.frozen, accepted, rejected, control, arms };
}
