import { problem, ServiceContext, type Problem } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { IntegrityCheck, SourcePosition } from './mart-refresh.events.js';
import { martRefreshAggregate, type MartRefresh } from './mart-refresh.js';
import { martPositions } from './mart-snapshot.js';
import { progressTowards } from './refresh-mart.job.js';

export interface MartRefreshView {
  readonly refreshId: string;
  readonly asOf: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly progress: { readonly done: number; readonly total: number };
  readonly facts?: number;
  readonly positions?: readonly SourcePosition[];
  readonly checks?: readonly IntegrityCheck[];
  readonly problem?: Problem;
}

/** How far is a refresh of the mart, and what did its checks find? */
export class MartRefreshById extends Query<MartRefreshView | undefined> {
  constructor(readonly refreshId: string) {
    super();
  }
}

@QueryHandler(MartRefreshById)
export class MartRefreshByIdHandler implements IQueryHandler<MartRefreshById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ refreshId }: MartRefreshById): Promise<MartRefreshView | undefined> {
    const { state } = await this.context.store.read(martRefreshAggregate, refreshId);
    if (state.status === 'new') return undefined;
    const seen = { refreshId, asOf: state.asOf, status: state.status, progress: await this.progressOf(state) };
    if (state.status === 'running') return seen;
    const { facts, positions, checks } = state.snapshot;
    const ended = { ...seen, facts, positions, checks };
    return state.status === 'done' ? ended : { ...ended, problem: problem(state.code) };
  }

  /** The events that the sources held, and the checks as one more: complete only when the refresh is. */
  private async progressOf({
    status,
    heads,
  }: Exclude<MartRefresh, { status: 'new' }>): Promise<MartRefreshView['progress']> {
    const positions = status === 'running' && heads !== undefined ? await martPositions(this.context.pool) : [];
    const { done, total } = progressTowards(heads ?? [], positions);
    return { done: status === 'running' ? done : total + 1, total: total + 1 };
  }
}
