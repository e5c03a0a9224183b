import type { Committed } from '@crm/event-sourcing';
import {
  IsCalendarDate,
  IsId,
  IsOccurredAt,
  IsPartyReference,
  ServiceContext,
  type CommandRequest,
} from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { RULED_CHANNELS } from '../../channels.js';
import { IsCode, LOCALE, WRITTEN } from '../../words.js';
import { CONTACT_POINT_KINDS, type ContactPointKind, type PartyEvent, type PartyKind } from '../party.events.js';
import { recordRegistration } from '../registration.js';

export class PartyNameBody {
  @IsOptional() @IsString() @Length(1, 300) @Matches(WRITTEN) readonly full?: string;
  @IsOptional() @IsString() @Length(1, 300) @Matches(WRITTEN) readonly given?: string;
  @IsOptional() @IsString() @Length(1, 300) @Matches(WRITTEN) readonly family?: string;
  @IsOptional() @IsString() @Length(1, 300) @Matches(WRITTEN) readonly legal?: string;
}

export class ContactPointBody {
  @IsIn(CONTACT_POINT_KINDS) readonly kind!: ContactPointKind;
  @IsString() @Length(1, 500) @Matches(WRITTEN) readonly value!: string;
  @IsOptional() @IsBoolean() readonly primary?: boolean;
}

export class StatedConsentBody {
  @IsCode() readonly purpose!: string;
  @IsIn(RULED_CHANNELS) readonly channel!: string;
  @IsIn(['granted', 'denied']) readonly state!: 'granted' | 'denied';
  @IsOptional() @IsOccurredAt() readonly occurredAt?: string;
}

export class RegisterPartyBody {
  @IsOptional() @IsId() readonly partyId?: string;
  @IsOptional() @IsPartyReference() readonly partyRef?: string;
  @IsIn(['person', 'organization']) readonly kind!: PartyKind;
  @IsDefined() @IsObject() @ValidateNested() @Type(() => PartyNameBody) readonly name!: PartyNameBody;

  @IsOptional() @IsArray() @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => ContactPointBody)
  readonly contactPoints?: readonly ContactPointBody[]; // prettier-ignore

  @IsOptional() @IsString() @Length(1, 64) readonly timeZone?: string;
  @IsOptional() @Matches(LOCALE) readonly locale?: string;
  @IsOptional() @IsCalendarDate() readonly birthDate?: string;

  @IsOptional() @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => StatedConsentBody)
  readonly consents?: readonly StatedConsentBody[]; // prettier-ignore

  @IsOptional() @IsOccurredAt() readonly occurredAt?: string;
}

export class RegisterParty extends Command<Committed<PartyEvent>> {
  constructor(
    readonly body: RegisterPartyBody,
    readonly command: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(RegisterParty)
export class RegisterPartyHandler implements ICommandHandler<RegisterParty> {
  constructor(private readonly context: ServiceContext) {}

  execute({ body, command }: RegisterParty): Promise<Committed<PartyEvent>> {
    return recordRegistration(this.context, body, command);
  }
}
