import { Rejected, type Committed } from '@crm/event-sourcing';
import { isGiven, IsId, IsOccurredAt, MoneyBody, PartyBody, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsIn, IsString, Length, ValidateIf, ValidateNested } from 'class-validator';
import { ResponseBook } from '../response-book.js';
import { RESPONSE_KINDS, type ResponseKind } from '../response-kinds.js';

export class RecordResponseBody extends PartyBody {
  @IsString() @Length(1, 200) readonly responseRef!: string;
  @IsIn(RESPONSE_KINDS) readonly kind!: ResponseKind;
  @IsOccurredAt() readonly at!: string;
  @IsString() @Length(1, 100) readonly channel!: string;
  @ValidateIf(isGiven) @IsId() readonly treatmentId?: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly sourceCode?: string;
  @ValidateIf(isGiven) @ValidateNested() @Type(() => MoneyBody) readonly amount?: MoneyBody;
  @ValidateIf(isGiven) @IsString() @Length(1, 2000) readonly note?: string;
}

export class RecordResponse extends Command<Committed> {
  constructor(
    readonly response: RecordResponseBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(RecordResponse)
export class RecordResponseHandler implements ICommandHandler<RecordResponse> {
  constructor(private readonly responses: ResponseBook) {}

  async execute({ response, request }: RecordResponse): Promise<Committed> {
    const { status, committed } = await this.responses.record(response, request);
    if (status === 'conflict')
      throw new Rejected('natural-key-conflict', 'A response with this responseRef is known with other content');
    return committed;
  }
}
