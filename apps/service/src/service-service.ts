import './problems.js';
import type { PublicEvent } from '@crm/contracts';
import { defineService } from '@crm/platform';
import { followCampaigns, taskModule, taskPublisher, tasksProjection } from '@crm/tasks';
import { CaseModule } from './case/case.module.js';
import { publishCase } from './case/case.publisher.js';
import { CasesModule } from './cases/cases.module.js';
import { casesProjection } from './cases/cases.projection.js';
import { ContactEventModule } from './contact-event/contact-event.module.js';
import { publishInteraction } from './interaction/interaction.publisher.js';
import { InteractionsModule } from './interactions/interactions.module.js';
import { interactionsProjection } from './interactions/interactions.projection.js';
import { closeResolvedCase } from './jobs/close-resolved-case.js';
import { interactions } from './migrations/0001-interactions.js';
import { cases } from './migrations/0002-cases.js';
import { tasks } from './migrations/0003-tasks.js';
import { linkedInteractions } from './reactors/interaction-links.js';
import { linkInteractions } from './reactors/link-interactions.js';
import { planClosing } from './reactors/plan-closing.js';

type Publisher = (event: never) => PublicEvent | undefined;

/** By category of the stream; what is not here service keeps to itself. */
const publishers: Readonly<Record<string, Publisher>> = {
  interaction: publishInteraction,
  task: taskPublisher('service'),
  case: publishCase,
};

/** Contacts from call-center systems, cases, and tasks of service people. */
export const serviceService = defineService({
  name: 'service',
  modules: [
    ContactEventModule,
    InteractionsModule,
    CaseModule,
    CasesModule,
    taskModule({ path: 'service-tasks', read: 'service-tasks:read', write: 'service-tasks:write' }),
  ],
  migrations: [interactions, cases, tasks],
  publish: (event) => publishers[event.category]?.(event as never),
  projections: () => [interactionsProjection, casesProjection, tasksProjection('service')],
  reactors: (context) => [followCampaigns(context), linkInteractions(context), planClosing(context)],
  jobs: (context) => [closeResolvedCase(context)],
  erasure: (context) => [linkedInteractions(context)],
});
