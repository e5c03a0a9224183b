import type { Committed } from '@crm/event-sourcing';
import { isGiven, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsString, Length, ValidateIf } from 'class-validator';
import { disqualifyLead, qualifyLead, takeUpLead } from '../lead.decider.js';
import { leadAggregate } from '../lead.js';

export class TakeUpLeadBody {
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly ownerId?: string;
}

export class DisqualifyLeadBody {
  /** A code such as `no-budget`; anything else is kept as a note. */
  @ValidateIf(isGiven) @IsString() @Length(1, 1000) readonly reason?: string;
}

export type LeadMove =
  | { readonly to: 'working'; readonly ownerId: string }
  | { readonly to: 'qualified' }
  | { readonly to: 'disqualified'; readonly reason?: string | undefined };

export class MoveLead extends Command<Committed> {
  constructor(
    readonly leadId: string,
    readonly move: LeadMove,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(MoveLead)
export class MoveLeadHandler implements ICommandHandler<MoveLead> {
  constructor(private readonly context: ServiceContext) {}

  execute({ leadId, move, request }: MoveLead): Promise<Committed> {
    const { store, clock } = this.context;
    return store.transact(leadAggregate, leadId, decisionOf(move, new Date(clock()).toISOString()), request.options);
  }
}

function decisionOf(move: LeadMove, at: string): ReturnType<typeof qualifyLead> {
  switch (move.to) {
    case 'working':
      return takeUpLead({ ownerId: move.ownerId, at });
    case 'qualified':
      return qualifyLead(at);
    case 'disqualified':
      return disqualifyLead({ reason: move.reason, at });
  }
}
