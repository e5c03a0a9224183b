import { Module } from '@nestjs/common';
import { RecordResponseHandler } from './commands/record-response.js';
import { ResponseBook } from './response-book.js';
import { ResponseController } from './response.controller.js';
import { ResponsePageHandler } from './response.query.js';

@Module({
  controllers: [ResponseController],
  providers: [ResponseBook, RecordResponseHandler, ResponsePageHandler],
})
export class ResponseModule {}
