import { Module } from '@nestjs/common';
import { PromoteModelRunHandler } from './commands/promote-model-run.js';
import { ModelPromotionController } from './model-promotion.controller.js';
import { ModelPromotionsPageHandler } from './model-promotions.query.js';

@Module({
  controllers: [ModelPromotionController],
  providers: [PromoteModelRunHandler, ModelPromotionsPageHandler],
})
export class ModelPromotionModule {}
