import { EventStore, type Committed } from '@crm/event-sourcing';
import type { CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { RULED_CHANNELS } from '../../channels.js';
import { setContactPolicy } from '../contact-policy.decider.js';
import type { ContactPolicySet } from '../contact-policy.events.js';
import { contactPolicyAggregate, contactPolicyId } from '../contact-policy.js';

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

export class FrequencyCapBody {
  @IsIn(RULED_CHANNELS) readonly channel!: string;
  @IsInt() @Min(0) @Max(10_000) readonly max!: number;
  @IsInt() @Min(1) @Max(3_660) readonly windowDays!: number;
}

export class QuietHoursBody {
  @IsIn(RULED_CHANNELS) readonly channel!: string;
  @Matches(TIME_OF_DAY) readonly from!: string;
  @Matches(TIME_OF_DAY) readonly to!: string;
}

export class SetContactPolicyBody {
  @IsIn(['denied', 'granted']) readonly default!: 'denied' | 'granted';

  @IsOptional() @IsArray() @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => FrequencyCapBody)
  readonly caps?: readonly FrequencyCapBody[]; // prettier-ignore

  @IsOptional() @IsArray() @ArrayMaxSize(50) @ValidateNested({ each: true }) @Type(() => QuietHoursBody)
  readonly quietHours?: readonly QuietHoursBody[]; // prettier-ignore
}

export class SetContactPolicy extends Command<Committed<ContactPolicySet>> {
  constructor(
    readonly purpose: string,
    readonly body: SetContactPolicyBody,
    readonly command: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(SetContactPolicy)
export class SetContactPolicyHandler implements ICommandHandler<SetContactPolicy> {
  constructor(private readonly store: EventStore) {}

  execute({ purpose, body, command }: SetContactPolicy): Promise<Committed<ContactPolicySet>> {
    const rules = {
      default: body.default,
      caps: (body.caps ?? []).map(({ channel, max, windowDays }) => ({ channel, max, windowDays })),
      quietHours: (body.quietHours ?? []).map(({ channel, from, to }) => ({ channel, from, to })),
    };
    return this.store.transact(
      contactPolicyAggregate,
      contactPolicyId(purpose),
      setContactPolicy(purpose, rules),
      command.options,
    );
  }
}
