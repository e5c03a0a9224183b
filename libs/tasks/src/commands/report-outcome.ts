import type { Committed } from '@crm/event-sourcing';
import { isGiven, IsOccurredAt, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsString, Length, ValidateIf, ValidateNested } from 'class-validator';
import { reportOutcome } from '../task.decider.js';
import { HEARD_KINDS, OUTCOMES, type HeardKind, type TaskOutcome } from '../task.events.js';
import { taskAggregate } from '../task.js';

export class HeardResponseBody {
  @IsIn(HEARD_KINDS) readonly kind!: HeardKind;
  @ValidateIf(isGiven) @IsString() @Length(1, 4000) readonly note?: string;
}

export class ReportOutcomeBody {
  @IsIn(OUTCOMES) readonly outcome!: TaskOutcome;
  @ValidateIf(isGiven)
  @IsObject()
  @ValidateNested()
  @Type(() => HeardResponseBody)
  readonly response?: HeardResponseBody;
  @ValidateIf(isGiven) @IsOccurredAt() readonly occurredAt?: string;
}

/** Records what came of a task that `by` started. */
export class ReportOutcome extends Command<Committed> {
  constructor(
    readonly taskId: string,
    readonly by: string,
    readonly body: ReportOutcomeBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(ReportOutcome)
export class ReportOutcomeHandler implements ICommandHandler<ReportOutcome> {
  constructor(private readonly context: ServiceContext) {}

  execute({ taskId, by, body, request }: ReportOutcome): Promise<Committed> {
    const { store, clock, name } = this.context;
    const at = request.occurredAt ?? new Date(clock()).toISOString();
    const decision = reportOutcome({ by, at, outcome: body.outcome, response: body.response, service: name });
    return store.transact(taskAggregate, taskId, decision, request.options);
  }
}
