#!/usr/bin/env node
import 'reflect-metadata';
import { serviceMain } from '@crm/platform';
import { serviceService } from './service-service.js';

await serviceMain(serviceService);
