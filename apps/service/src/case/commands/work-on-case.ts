import type { Committed } from '@crm/event-sourcing';
import { isGiven, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsIn, IsString, Length, ValidateIf } from 'class-validator';
import {
  assignCase,
  cancelCase,
  closeCase,
  holdCase,
  progressCase,
  rejectCase,
  reopenCase,
  resolveCase,
} from '../case.decider.js';
import { caseAggregate } from '../case.js';

export class AssignCaseBody {
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly assignee?: string;
}

export class HoldCaseBody {
  /** Whom it waits for; `internal` unless given. */
  @ValidateIf(isGiven) @IsIn(['customer', 'internal']) readonly waitingFor?: 'customer' | 'internal';
  @ValidateIf(isGiven) @IsString() @Length(1, 4000) readonly reason?: string;
}

export class ResolveCaseBody {
  @ValidateIf(isGiven) @IsString() @Length(1, 20_000) readonly resolution?: string;
}

export class CaseReasonBody {
  @ValidateIf(isGiven) @IsString() @Length(1, 4000) readonly reason?: string;
}

type Reason = { readonly reason?: string | undefined };

export type CaseWork =
  | { readonly action: 'assign'; readonly assignee: string }
  | { readonly action: 'progress' | 'close' }
  | ({ readonly action: 'hold'; readonly waitingFor: 'customer' | 'internal' } & Reason)
  | { readonly action: 'resolve'; readonly resolution?: string | undefined }
  | ({ readonly action: 'reopen' | 'cancel' | 'reject' } & Reason);

export class WorkOnCase extends Command<Committed> {
  constructor(
    readonly caseId: string,
    readonly work: CaseWork,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(WorkOnCase)
export class WorkOnCaseHandler implements ICommandHandler<WorkOnCase> {
  constructor(private readonly context: ServiceContext) {}

  execute({ caseId, work, request }: WorkOnCase): Promise<Committed> {
    const { store, clock } = this.context;
    return store.transact(caseAggregate, caseId, decisionOf(work, new Date(clock()).toISOString()), request.options);
  }
}

function decisionOf(work: CaseWork, at: string): ReturnType<typeof closeCase> {
  switch (work.action) {
    case 'assign':
      return assignCase({ at, assignee: work.assignee });
    case 'progress':
      return progressCase({ at });
    case 'hold':
      return holdCase({ at, waitingFor: work.waitingFor, reason: work.reason });
    case 'resolve':
      return resolveCase({ at, resolution: work.resolution });
    case 'close':
      return closeCase({ at });
    case 'reopen':
      return reopenCase({ at, reason: work.reason });
    case 'cancel':
      return cancelCase({ at, reason: work.reason });
    case 'reject':
      return rejectCase({ at, reason: work.reason });
  }
}
