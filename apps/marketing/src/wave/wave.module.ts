import { Module } from '@nestjs/common';
import { WaveController } from './wave.controller.js';
import { WaveByIdHandler, WaveMembersHandler, WavesOfCampaignHandler } from './wave.query.js';

@Module({
  controllers: [WaveController],
  providers: [WavesOfCampaignHandler, WaveByIdHandler, WaveMembersHandler],
})
export class WaveModule {}
