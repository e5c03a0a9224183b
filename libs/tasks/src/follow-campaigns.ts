import type {
  CampaignClosedV1Data,
  CampaignPausedV1Data,
  CampaignResumedV1Data,
  TreatmentAssignedV1Data,
  TreatmentSkippedV1Data,
} from '@crm/contracts';
import { deriveId, KeyErased, type DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, Reaction, Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { TaskCampaigns } from './task-campaigns.js';
import { assignTask, cancelTask } from './task.decider.js';
import type { TaskFacts } from './task.events.js';
import { taskAggregate } from './task.js';

type Followed =
  | DomainEvent<'crm.marketing.treatment-assigned.v1', TreatmentAssignedV1Data>
  | DomainEvent<'crm.marketing.treatment-skipped.v1', TreatmentSkippedV1Data>
  | DomainEvent<'crm.marketing.campaign-paused.v1', CampaignPausedV1Data>
  | DomainEvent<'crm.marketing.campaign-resumed.v1', CampaignResumedV1Data>
  | DomainEvent<'crm.marketing.campaign-closed.v1', CampaignClosedV1Data>;

const AT_ONCE = 500;

/** Treatments for a person become tasks; what ends them in marketing ends the open tasks too. */
export function followCampaigns(context: ServiceContext): Reactor {
  const tasks = new CampaignTasks(context);
  const reactor: Reactor<Followed> = {
    name: 'follow-campaigns',
    sources: [
      {
        service: 'marketing',
        types: [
          'crm.marketing.treatment-assigned.v1',
          'crm.marketing.treatment-skipped.v1',
          'crm.marketing.campaign-paused.v1',
          'crm.marketing.campaign-resumed.v1',
          'crm.marketing.campaign-closed.v1',
        ],
      },
    ],
    react: (event, reaction) => tasks.follow(event, reaction),
  };
  return reactor;
}

/** By call means by a person: of sales, unless the campaign says service. */
function departmentOf({ assignTo, channel }: TreatmentAssignedV1Data): string | undefined {
  return assignTo ?? (channel === 'call' ? 'sales' : undefined);
}

class CampaignTasks {
  private readonly campaigns: TaskCampaigns;

  constructor(private readonly context: ServiceContext) {
    this.campaigns = new TaskCampaigns(context);
  }

  async follow(event: FeedEvent<Followed>, reaction: Reaction): Promise<void> {
    switch (event.type) {
      case 'crm.marketing.treatment-assigned.v1':
        if (departmentOf(event.data) === this.context.name) await this.assign(event.data, reaction);
        return;
      case 'crm.marketing.treatment-skipped.v1':
        return this.cancel(deriveId('task', event.data.treatmentId), 'treatment-skipped', reaction);
      case 'crm.marketing.campaign-paused.v1':
        return this.campaigns.setState(event.data.campaignId, 'paused');
      case 'crm.marketing.campaign-resumed.v1':
        return this.campaigns.setState(event.data.campaignId, 'running');
      case 'crm.marketing.campaign-closed.v1':
        return this.close(event.data.campaignId, reaction);
    }
  }

  /** The state of the campaign is read last: a close that does not find this task yet is seen here. */
  private async assign(treatment: TreatmentAssignedV1Data, reaction: Reaction): Promise<void> {
    const task = taskOf(treatment);
    const { taskId, campaignId, partyId } = task;
    await this.campaigns.addTask(campaignId, taskId);
    const commandId = reaction.commandId('assign-task', taskId);
    await this.context.store.transact(taskAggregate, taskId, assignTask(task, treatment.at), {
      key: partyId,
      commandId,
    });
    if ((await this.campaigns.stateOf(campaignId)) === 'closed') await this.cancel(taskId, 'campaign-closed', reaction);
  }

  private async close(campaignId: string, reaction: Reaction): Promise<void> {
    await this.campaigns.setState(campaignId, 'closed');
    const tasks = await this.campaigns.tasksOf(campaignId);
    for (let from = 0; from < tasks.length; from += AT_ONCE)
      await Promise.all(
        tasks.slice(from, from + AT_ONCE).map((taskId) => this.cancel(taskId, 'campaign-closed', reaction)),
      );
  }

  private async cancel(taskId: string, reason: string, reaction: Reaction): Promise<void> {
    const at = new Date(this.context.clock()).toISOString();
    const commandId = reaction.commandId(reason, taskId);
    try {
      const { version } = await this.context.store.read(taskAggregate, taskId);
      if (version > 0)
        await this.context.store.transact(taskAggregate, taskId, cancelTask({ at, reason }), { commandId });
    } catch (error) {
      // Nobody works on a task of an erased party; the others of the campaign go on.
      if (!(error instanceof KeyErased)) throw error;
    }
  }
}

function taskOf(treatment: TreatmentAssignedV1Data): TaskFacts {
  const { treatmentId, campaignId, waveId, partyId, arm, channel, purpose, offerCode, presentBy } = treatment;
  const taskId = deriveId('task', treatmentId);
  const due = presentBy === undefined ? {} : { dueAt: presentBy };
  return { taskId, treatmentId, campaignId, waveId, partyId, arm, channel, purpose, offerCode, ...due };
}
