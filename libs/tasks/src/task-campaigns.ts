import type { ServiceContext } from '@crm/platform';

export type CampaignState = 'running' | 'paused' | 'closed';

const ADD_TASK = 'INSERT INTO app.campaign_task (campaign_id, task_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const TASKS = 'SELECT task_id FROM app.campaign_task WHERE campaign_id = $1';
const SET_STATE = `INSERT INTO app.task_campaign (campaign_id, state) VALUES ($1, $2)
  ON CONFLICT (campaign_id) DO UPDATE SET state = excluded.state WHERE app.task_campaign.state <> 'closed'`;
const STATE = 'SELECT state FROM app.task_campaign WHERE campaign_id = $1';

/** Which tasks a campaign has, and whether it goes on: written before it is acted upon, so that neither can miss the other. */
export class TaskCampaigns {
  constructor(private readonly context: Pick<ServiceContext, 'pool'>) {}

  async addTask(campaignId: string, taskId: string): Promise<void> {
    await this.context.pool.query(ADD_TASK, [campaignId, taskId]);
  }

  async tasksOf(campaignId: string): Promise<readonly string[]> {
    const { rows } = await this.context.pool.query<{ task_id: string }>(TASKS, [campaignId]);
    return rows.map((row) => row.task_id);
  }

  /** Closed is closed. */
  async setState(campaignId: string, state: CampaignState): Promise<void> {
    await this.context.pool.query(SET_STATE, [campaignId, state]);
  }

  async stateOf(campaignId: string): Promise<CampaignState> {
    const { rows } = await this.context.pool.query<{ state: CampaignState }>(STATE, [campaignId]);
    return rows[0]?.state ?? 'running';
  }
}
