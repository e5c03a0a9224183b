import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CampaignJudgement, CoveredLoop } from './campaign-result.events.js';

export interface CampaignResultView extends CampaignJudgement {
  readonly campaignId: string;
  readonly version: number;
  readonly computedAt: string;
  readonly reason: string;
  readonly loopIds: readonly string[];
  readonly businessRulesVersion: number;
}

interface Row extends Pick<CampaignResultView, 'version' | 'computedAt' | 'reason'> {
  readonly loops: readonly CoveredLoop[];
  readonly result: CampaignJudgement;
}

const RESULT = `SELECT version, computed_at AS "computedAt", reason, loops, result FROM campaign_result
  WHERE campaign_id = $1 AND ($2::int IS NULL OR version = $2) ORDER BY version DESC LIMIT 1`;

/** What did a campaign achieve? The newest version, or the one named. */
export class CampaignResultOf extends Query<CampaignResultView | undefined> {
  constructor(
    readonly campaignId: string,
    readonly version?: number,
  ) {
    super();
  }
}

@QueryHandler(CampaignResultOf)
export class CampaignResultOfHandler implements IQueryHandler<CampaignResultOf> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ campaignId, version }: CampaignResultOf): Promise<CampaignResultView | undefined> {
    const { rows } = await this.context.pool.query<Row>(RESULT, [campaignId, version ?? null]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { loops, result, ...about } = row;
    const loopIds = loops.map(({ loopId }) => loopId);
    return { campaignId, ...about, loopIds, businessRulesVersion: 0, ...result };
  }
}
