import type { Committed } from '@crm/event-sourcing';
import { IsOccurredAt, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { SOURCE } from '../../words.js';
import { stateConsentNow, stateConsents } from '../contact-ledger.decider.js';
import type { ContactLedgerEvent } from '../contact-ledger.events.js';
import { contactLedgerAggregate, contactLedgerId } from '../contact-ledger.js';

export class SetConsentBody {
  @IsIn(['granted', 'denied']) readonly state!: 'granted' | 'denied';
  @Matches(SOURCE) readonly source!: string;
  @IsOptional() @IsOccurredAt() readonly occurredAt?: string;
}

export class SetConsent extends Command<Committed<ContactLedgerEvent>> {
  constructor(
    readonly partyId: string,
    readonly pair: { readonly purpose: string; readonly channel: string },
    readonly body: SetConsentBody,
    readonly command: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(SetConsent)
export class SetConsentHandler implements ICommandHandler<SetConsent> {
  constructor(private readonly context: ServiceContext) {}

  execute({ partyId, pair, body, command }: SetConsent): Promise<Committed<ContactLedgerEvent>> {
    const statement = { ...pair, state: body.state, source: body.source };
    const decide =
      command.occurredAt === undefined
        ? stateConsentNow(statement, new Date(this.context.clock()).toISOString())
        : stateConsents([{ ...statement, at: command.occurredAt }]);
    const options = { ...command.options, key: partyId };
    return this.context.store.transact(contactLedgerAggregate, contactLedgerId(partyId), decide, options);
  }
}
