import { Module } from '@nestjs/common';
import { CustomerFeaturesController } from './customer-features.controller.js';
import { CustomerFeaturesPageHandler, FeaturesOfCustomerHandler } from './customer-features.query.js';

@Module({
  controllers: [CustomerFeaturesController],
  providers: [FeaturesOfCustomerHandler, CustomerFeaturesPageHandler],
})
export class CustomerFeaturesModule {}
