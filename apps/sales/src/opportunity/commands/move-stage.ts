import type { Committed } from '@crm/event-sourcing';
import { isGiven, IsOccurredAt, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';
import { moveStage } from '../opportunity.decider.js';
import { STAGES, type Stage } from '../opportunity.events.js';
import { opportunityAggregate } from '../opportunity.js';

export class MoveStageBody {
  @IsIn(STAGES) readonly stage!: Stage;
  @ValidateIf(isGiven) @IsString() @Length(1, 1000) readonly reason?: string;
  @ValidateIf(isGiven) @IsOccurredAt() readonly occurredAt?: string;
}

export class MoveStage extends Command<Committed> {
  constructor(
    readonly opportunityId: string,
    readonly body: MoveStageBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(MoveStage)
export class MoveStageHandler implements ICommandHandler<MoveStage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ opportunityId, body, request }: MoveStage): Promise<Committed> {
    const { store, clock } = this.context;
    const at = request.occurredAt ?? new Date(clock()).toISOString();
    const decision = moveStage({ to: body.stage, at, reason: body.reason });
    return store.transact(opportunityAggregate, opportunityId, decision, request.options);
  }
}
