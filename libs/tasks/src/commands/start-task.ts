import { Rejected, type Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reserveContact, type ContactPoint } from '../contact-permission.js';
import { TaskCampaigns, type CampaignState } from '../task-campaigns.js';
import { denyTask, permitTask, postponeTask, resumeTask, startedBy, startTask } from '../task.decider.js';
import type { TaskFacts } from '../task.events.js';
import { taskAggregate } from '../task.js';

/** What the person who starts a task gets to see, this once. */
export interface Started {
  readonly committed: Committed;
  readonly task: TaskFacts;
  readonly contactPoint: ContactPoint | undefined;
  readonly startBy: string;
}

/** Claims a task for `by`, asks permission, and shows how to reach the customer. */
export class StartTask extends Command<Started> {
  constructor(
    readonly taskId: string,
    readonly by: string,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(StartTask)
export class StartTaskHandler implements ICommandHandler<StartTask> {
  private readonly campaigns: TaskCampaigns;

  constructor(private readonly context: ServiceContext) {
    this.campaigns = new TaskCampaigns(context);
  }

  async execute({ taskId, by, request }: StartTask): Promise<Started> {
    const { store, clock } = this.context;
    const doing = { by, at: new Date(clock()).toISOString() };
    const starting = { ...doing, campaign: await this.campaignOf(taskId) };
    const claim = await store.transact(taskAggregate, taskId, startTask(starting), request.options);
    // A repeated command was carried out before; meanwhile the task may have ended, or somebody else may be at it.
    if (claim.repeated) await store.transact(taskAggregate, taskId, resumeTask(starting));
    const task = await this.heldBy(taskId, by);
    const permission = await reserveContact(this.context, task);
    switch (permission.status) {
      case 'granted': {
        const committed = await store.transact(taskAggregate, taskId, permitTask(doing));
        await this.heldBy(taskId, by);
        return { committed, task, contactPoint: permission.contactPoint, startBy: permission.startBy };
      }
      case 'not-now': {
        const { retryAt, reasons } = permission;
        await store.transact(taskAggregate, taskId, postponeTask({ ...doing, until: retryAt }));
        throw new Rejected('contact-not-now', 'The customer may be contacted later', {
          extensions: { retryAt, reasons },
        });
      }
      case 'denied': {
        const { reasons } = permission;
        await store.transact(taskAggregate, taskId, denyTask({ ...doing, reasons }));
        throw new Rejected('contact-denied', 'The customer may not be contacted for this', { extensions: { reasons } });
      }
    }
  }

  private async campaignOf(taskId: string): Promise<CampaignState> {
    const { state } = await this.context.store.read(taskAggregate, taskId);
    return state.status === 'none' ? 'running' : this.campaigns.stateOf(state.task.campaignId);
  }

  /** Nothing is shown of a task that a decision just ended. */
  private async heldBy(taskId: string, by: string): Promise<TaskFacts> {
    const { state } = await this.context.store.read(taskAggregate, taskId);
    return startedBy(state, by).task;
  }
}
