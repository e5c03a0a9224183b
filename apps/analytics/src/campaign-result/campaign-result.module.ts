import { Module } from '@nestjs/common';
import { CampaignResultController } from './campaign-result.controller.js';
import { CampaignResultOfHandler } from './campaign-result.query.js';
import { ComputeCampaignResultHandler } from './commands/compute-campaign-result.js';

@Module({
  controllers: [CampaignResultController],
  providers: [ComputeCampaignResultHandler, CampaignResultOfHandler],
})
export class CampaignResultModule {}
