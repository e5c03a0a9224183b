#!/usr/bin/env node
import 'reflect-metadata';
import { serviceMain } from '@crm/platform';
import { marketingService } from './marketing-service.js';

await serviceMain(marketingService);
