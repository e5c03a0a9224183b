import type { Committed } from '@crm/event-sourcing';
import {
  create,
  IsId,
  isGiven,
  IsOccurredAt,
  PartyBody,
  partyOf,
  ServiceContext,
  type CommandRequest,
} from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';
import { openCase } from '../case.decider.js';
import { CASE_KINDS, PRIORITIES, type CaseKind, type Priority } from '../case.events.js';
import { caseAggregate } from '../case.js';

export class OpenCaseBody extends PartyBody {
  @ValidateIf(isGiven) @IsId() readonly caseId?: string;
  @IsIn(CASE_KINDS) readonly kind!: CaseKind;
  @IsString() @Length(1, 500) readonly subject!: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 20_000) readonly description?: string;
  @IsIn(PRIORITIES) readonly priority!: Priority;
  @IsString() @Length(1, 200) readonly channel!: string;
  @ValidateIf(isGiven) @IsOccurredAt() readonly occurredAt?: string;
}

export class OpenCase extends Command<Committed> {
  constructor(
    readonly body: OpenCaseBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(OpenCase)
export class OpenCaseHandler implements ICommandHandler<OpenCase> {
  constructor(private readonly context: ServiceContext) {}

  execute({ body, request }: OpenCase): Promise<Committed> {
    const { store, clock, referenceKey } = this.context;
    const { kind, subject, description, priority, channel } = body;
    const caseId = request.idFor(body.caseId);
    const partyId = partyOf(body, referenceKey);
    const openedAt = request.occurredAt ?? new Date(clock()).toISOString();
    const more = description === undefined ? {} : { description };
    const decision = openCase({ caseId, partyId, kind, subject, priority, channel, openedAt, ...more });
    return create(store, caseAggregate, caseId, decision, { ...request.options, key: partyId });
  }
}
