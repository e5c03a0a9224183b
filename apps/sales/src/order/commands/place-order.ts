import { Rejected, type Committed } from '@crm/event-sourcing';
import { isGiven, IsOccurredAt, MoneyBody, PartyBody, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsInt,
  IsNumber,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { OrderBook } from '../order-book.js';

export class OrderLineBody {
  @IsString() @Length(1, 200) readonly sku!: string;
  @IsNumber() readonly quantity!: number;
  @IsInt() @Min(Number.MIN_SAFE_INTEGER) @Max(Number.MAX_SAFE_INTEGER) readonly amountMinor!: number;
}

export class PlaceOrderBody extends PartyBody {
  @IsString() @Length(1, 200) readonly orderRef!: string;
  @IsOccurredAt() readonly orderedAt!: string;
  @ValidateIf(isGiven)
  @IsArray()
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => OrderLineBody)
  readonly lines?: OrderLineBody[];
  @IsDefined() @ValidateNested() @Type(() => MoneyBody) readonly total!: MoneyBody;
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly channel?: string;
  @ValidateIf(isGiven) @IsString() @Length(1, 200) readonly ownerId?: string;
}

export class PlaceOrder extends Command<Committed> {
  constructor(
    readonly order: PlaceOrderBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(private readonly orders: OrderBook) {}

  async execute({ order, request }: PlaceOrder): Promise<Committed> {
    const { status, committed } = await this.orders.record(order, request);
    if (status === 'conflict')
      throw new Rejected('natural-key-conflict', 'An order with this orderRef is known with other content');
    return committed;
  }
}
