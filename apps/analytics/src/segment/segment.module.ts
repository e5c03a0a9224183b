import { Module } from '@nestjs/common';
import { DefineSegmentHandler } from './commands/define-segment.js';
import { SegmentMembersPageHandler, WhySegmentMemberHandler } from './segment-members.query.js';
import { SegmentController } from './segment.controller.js';
import { SegmentByIdHandler, SegmentsPageHandler } from './segments.query.js';

@Module({
  controllers: [SegmentController],
  providers: [
    DefineSegmentHandler,
    SegmentByIdHandler,
    SegmentsPageHandler,
    SegmentMembersPageHandler,
    WhySegmentMemberHandler,
  ],
})
export class SegmentModule {}
