import { Module } from '@nestjs/common';
import { CampaignController } from './campaign.controller.js';
import { CampaignByIdHandler, CampaignPageHandler } from './campaign.query.js';
import { ApproveCampaignHandler } from './commands/approve-campaign.js';
import { ChangeCampaignHandler } from './commands/change-campaign.js';
import { CloseCampaignHandler } from './commands/close-campaign.js';
import { PauseCampaignHandler } from './commands/pause-campaign.js';
import { PlanCampaignHandler } from './commands/plan-campaign.js';
import { ResumeCampaignHandler } from './commands/resume-campaign.js';

@Module({
  controllers: [CampaignController],
  providers: [
    PlanCampaignHandler,
    ChangeCampaignHandler,
    ApproveCampaignHandler,
    PauseCampaignHandler,
    ResumeCampaignHandler,
    CloseCampaignHandler,
    CampaignPageHandler,
    CampaignByIdHandler,
  ],
})
export class CampaignModule {}
