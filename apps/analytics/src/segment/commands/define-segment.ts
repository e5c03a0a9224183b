import type { Committed } from '@crm/event-sourcing';
import { create, IsId, ServiceContext, type CommandRequest } from '@crm/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsObject, IsString, Length, ValidateIf } from 'class-validator';
import { isGiven } from '../../is-given.js';
import { checkedWhere } from '../check-where.js';
import { defineSegment } from '../segment.decider.js';
import { segmentAggregate } from '../segment.js';

export class DefineSegmentBody {
  @ValidateIf(isGiven) @IsId() readonly segmentId?: string;
  @IsString() @Length(1, 200) readonly name!: string;
  @IsObject() readonly where!: object;
}

export class DefineSegment extends Command<Committed> {
  constructor(
    readonly body: DefineSegmentBody,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(DefineSegment)
export class DefineSegmentHandler implements ICommandHandler<DefineSegment> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ body, request }: DefineSegment): Promise<Committed> {
    const segmentId = request.idFor(body.segmentId);
    const decide = defineSegment({ segmentId, name: body.name, where: checkedWhere(body.where) });
    return create(this.context.store, segmentAggregate, segmentId, decide, request.options);
  }
}
