import { KeyErased, type Committed } from '@crm/event-sourcing';
import { IsCalendarDate, IsOccurredAt, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { LOCALE } from '../../words.js';
import { changeParty, type PartyChanges } from '../party.decider.js';
import type { PartyEvent } from '../party.events.js';
import { contactPointOf, nameOf } from '../party-profile.js';
import { partyAggregate } from '../party.js';
import { ContactPointBody, PartyNameBody } from './register-party.js';

const given = (_: unknown, value: unknown): boolean => value !== undefined;

/** What is left out stays as it is; null takes away what may be missing. */
export class ChangePartyBody {
  @ValidateIf(given) @IsObject() @ValidateNested() @Type(() => PartyNameBody) readonly name?: PartyNameBody;

  @ValidateIf(given) @IsArray() @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => ContactPointBody)
  readonly contactPoints?: readonly ContactPointBody[]; // prettier-ignore

  @IsOptional() @IsString() @Length(1, 64) readonly timeZone?: string | null;
  @IsOptional() @Matches(LOCALE) readonly locale?: string | null;
  @IsOptional() @IsCalendarDate() readonly birthDate?: string | null;
  @IsOptional() @IsOccurredAt() readonly occurredAt?: string;
}

export class ChangeParty extends Command<Committed<PartyEvent>> {
  constructor(
    readonly partyId: string,
    readonly body: ChangePartyBody,
    readonly command: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(ChangeParty)
export class ChangePartyHandler implements ICommandHandler<ChangeParty> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ partyId, body, command }: ChangeParty): Promise<Committed<PartyEvent>> {
    const { store } = this.context;
    if (await store.log.isBuried(partyId)) throw new KeyErased(partyId);
    const options = { ...command.options, key: partyId };
    return store.transact(partyAggregate, partyId, changeParty(changesOf(body)), options);
  }
}

function changesOf({ name, contactPoints, timeZone, locale, birthDate }: ChangePartyBody): PartyChanges {
  return {
    ...(name === undefined ? {} : { name: nameOf(name) }),
    ...(contactPoints === undefined ? {} : { contactPoints: contactPoints.map(contactPointOf) }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(locale === undefined ? {} : { locale }),
    ...(birthDate === undefined ? {} : { birthDate }),
  };
}
