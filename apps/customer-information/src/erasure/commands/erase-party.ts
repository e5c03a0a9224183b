import type { Committed } from '@crm/event-sourcing';
import { ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { eraseParty } from '../erasure.decider.js';
import type { ErasureEvent } from '../erasure.events.js';
import { erasureAggregate, erasureId } from '../erasure.js';

export class EraseParty extends Command<Committed<ErasureEvent>> {
  constructor(
    readonly partyId: string,
    readonly command: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(EraseParty)
export class ErasePartyHandler implements ICommandHandler<EraseParty> {
  constructor(private readonly context: ServiceContext) {}

  execute({ partyId, command }: EraseParty): Promise<Committed<ErasureEvent>> {
    const id = erasureId(partyId);
    const requestedAt = new Date(this.context.clock()).toISOString();
    const decide = eraseParty({ erasureId: id, partyId, requestedAt });
    return this.context.store.transact(erasureAggregate, id, decide, command.options);
  }
}
