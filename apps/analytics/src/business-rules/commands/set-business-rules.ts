import type { Committed } from '@crm/event-sourcing';
import { IsTimestamp, MoneyBody, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsDefined, IsNumber, IsString, Length, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { isGiven } from '../../is-given.js';
import { setBusinessRules } from '../business-rules.decider.js';
import type { Money } from '../business-rules.events.js';
import { BUSINESS_RULES_ID, businessRulesAggregate } from '../business-rules.js';

export class SetBusinessRulesBody {
  @IsNumber() @Min(0) @Max(1) readonly marginRate!: number;
  @IsDefined() @ValidateNested() @Type(() => MoneyBody) readonly costPerOccasion!: MoneyBody;
  @IsDefined() @ValidateNested() @Type(() => MoneyBody) readonly costPerContact!: MoneyBody;
  @IsDefined() @ValidateNested() @Type(() => MoneyBody) readonly costPerCase!: MoneyBody;
  @ValidateIf(isGiven) @IsTimestamp() readonly effectiveFrom?: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 1000) readonly note?: string;
}

export class SetBusinessRules extends Command<Committed> {
  constructor(
    readonly body: SetBusinessRulesBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(SetBusinessRules)
export class SetBusinessRulesHandler implements ICommandHandler<SetBusinessRules> {
  constructor(private readonly context: ServiceContext) {}

  execute({ body, request }: SetBusinessRules): Promise<Committed> {
    const { store, clock } = this.context;
    const money = ({ amountMinor, currency }: MoneyBody): Money => ({ amountMinor, currency });
    const { marginRate, costPerOccasion, costPerContact, costPerCase, effectiveFrom, note } = body;
    const decide = setBusinessRules({
      marginRate,
      costPerOccasion: money(costPerOccasion),
      costPerContact: money(costPerContact),
      costPerCase: money(costPerCase),
      setAt: new Date(clock()).toISOString(),
      ...(effectiveFrom === undefined ? {} : { effectiveFrom: new Date(effectiveFrom).toISOString() }),
      ...(note === undefined ? {} : { note }),
    });
    return store.transact(businessRulesAggregate, BUSINESS_RULES_ID, decide, request.options);
  }
}
