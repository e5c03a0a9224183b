import { EventStore, Rejected } from '@crm/event-sourcing';
import { listPage, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import type { CampaignPlan } from './campaign-plan.js';
import { CAMPAIGN_STATES, campaignAggregate, type CampaignStatus } from './campaign.js';
import type { CampaignView } from './campaign.view.js';

export const CAMPAIGN_LIST = {
  fields: {
    campaignId: { column: 'campaign_id', type: 'uuid' },
    name: { column: "plan->>'name'", type: 'text', sortable: true },
    status: { column: 'status', type: 'text', values: CAMPAIGN_STATES },
    objective: { column: "plan->>'objective'", type: 'text' },
    purpose: { column: "plan->>'purpose'", type: 'text' },
    channel: { column: "plan->>'channel'", type: 'text' },
    plannedAt: { column: 'planned_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-plannedAt',
  tieBreaker: 'campaignId',
} as const satisfies ListSpec;

export class CampaignPage extends Query<ListPage<CampaignView>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(CampaignPage)
export class CampaignPageHandler implements IQueryHandler<CampaignPage> {
  constructor(private readonly pool: Pool) {}

  execute({ query }: CampaignPage): Promise<ListPage<CampaignView>> {
    return listPage(this.pool, {
      spec: CAMPAIGN_LIST,
      query,
      from: 'campaign',
      select: 'campaign_id, status, plan, version',
      map: (row) =>
        viewOf(
          row['campaign_id'] as string,
          row['status'] as CampaignStatus,
          row['version'] as number,
          row['plan'] as CampaignPlan,
        ),
    });
  }
}

export class CampaignById extends Query<CampaignView> {
  constructor(readonly campaignId: string) {
    super();
  }
}

interface ResultRow {
  readonly version: number;
  readonly verdicts: unknown;
  readonly published_at: string;
}

const RESULT = 'SELECT version, verdicts, published_at FROM campaign_result WHERE campaign_id = $1';

@QueryHandler(CampaignById)
export class CampaignByIdHandler implements IQueryHandler<CampaignById> {
  constructor(
    private readonly store: EventStore,
    private readonly pool: Pool,
  ) {}

  /** From the stream, since a change needs the version as it is now. */
  async execute({ campaignId }: CampaignById): Promise<CampaignView> {
    const { state, version } = await this.store.read(campaignAggregate, campaignId);
    if (state.status === 'new') throw new Rejected('campaign-unknown', 'There is no such campaign', { status: 404 });
    const { rows } = await this.pool.query<ResultRow>(RESULT, [campaignId]);
    const [result] = rows;
    return {
      ...viewOf(campaignId, state.status, version, state.plan, state.waivedBy),
      ...(result === undefined
        ? {}
        : { result: { version: result.version, verdicts: result.verdicts, publishedAt: result.published_at } }),
    };
  }
}

function viewOf(
  campaignId: string,
  status: CampaignStatus,
  version: number,
  plan: CampaignPlan,
  waivedBy?: string | null,
): CampaignView {
  const { control, arms, ...rest } = plan;
  return {
    campaignId,
    status,
    version,
    ...rest,
    arms: [...arms],
    control: { fraction: control.fraction, ...(control.waived && waivedBy !== undefined ? { waivedBy } : {}) },
  };
}
