import type { Committed } from '@crm/event-sourcing';
import { create, IsId, IsOccurredAt, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ValidateIf } from 'class-validator';
import { isGiven } from '../../is-given.js';
import { requestMartRefresh } from '../mart-refresh.decider.js';
import { martRefreshAggregate } from '../mart-refresh.js';

export class RequestMartRefreshBody {
  @ValidateIf(isGiven) @IsId() readonly refreshId?: string;
  @ValidateIf(isGiven) @IsOccurredAt() readonly asOf?: string;
}

export class RequestMartRefresh extends Command<Committed> {
  constructor(
    readonly refreshId: string,
    readonly body: RequestMartRefreshBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(RequestMartRefresh)
export class RequestMartRefreshHandler implements ICommandHandler<RequestMartRefresh> {
  constructor(private readonly context: ServiceContext) {}

  execute({ refreshId, body, request }: RequestMartRefresh): Promise<Committed> {
    const { store, clock } = this.context;
    const asOf = body.asOf === undefined ? undefined : new Date(body.asOf).toISOString();
    const decide = requestMartRefresh({ refreshId, asOf, now: new Date(clock()).toISOString() });
    return create(store, martRefreshAggregate, refreshId, decide, request.options);
  }
}
