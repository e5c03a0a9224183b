import { Module } from '@nestjs/common';
import { TimelineController } from './timeline.controller.js';
import { PartyTimelineHandler } from './timeline.query.js';

@Module({ controllers: [TimelineController], providers: [PartyTimelineHandler] })
export class TimelineModule {}
