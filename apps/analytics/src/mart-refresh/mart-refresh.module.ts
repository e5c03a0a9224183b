import { Module } from '@nestjs/common';
import { RequestMartRefreshHandler } from './commands/request-mart-refresh.js';
import { MartRefreshController } from './mart-refresh.controller.js';
import { MartRefreshByIdHandler } from './mart-refresh.query.js';

@Module({
  controllers: [MartRefreshController],
  providers: [RequestMartRefreshHandler, MartRefreshByIdHandler],
})
export class MartRefreshModule {}
