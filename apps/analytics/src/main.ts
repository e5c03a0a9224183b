#!/usr/bin/env node
import 'reflect-metadata';
import { serviceMain } from '@crm/platform';
import { analyticsService } from './analytics-service.js';

await serviceMain(analyticsService);
