#!/usr/bin/env node
import 'reflect-metadata';
import { serviceMain } from '@crm/platform';
import { customerInformationService } from './customer-information-service.js';

await serviceMain(customerInformationService);
