#!/usr/bin/env node
import 'reflect-metadata';
import { serviceMain } from '@crm/platform';
import { salesService } from './sales-service.js';

await serviceMain(salesService);
