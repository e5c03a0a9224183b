import './problems.js';
import type { PublicEvent } from '@crm/contracts';
import { defineService } from '@crm/platform';
import { followCampaigns, taskModule, taskPublisher, tasksProjection } from '@crm/tasks';
import { LeadModule } from './lead/lead.module.js';
import { publishLead } from './lead/lead.publisher.js';
import { LeadsModule } from './leads/leads.module.js';
import { leadsProjection } from './leads/leads.projection.js';
import { orders } from './migrations/0001-orders.js';
import { tasks } from './migrations/0002-tasks.js';
import { leads } from './migrations/0003-leads.js';
import { OpportunitiesModule } from './opportunities/opportunities.module.js';
import { opportunitiesProjection } from './opportunities/opportunities.projection.js';
import { OpportunityModule } from './opportunity/opportunity.module.js';
import { publishOpportunity } from './opportunity/opportunity.publisher.js';
import { OrderModule } from './order/order.module.js';
import { publishOrder } from './order/order.publisher.js';
import { OrdersModule } from './orders/orders.module.js';
import { ordersProjection } from './orders/orders.projection.js';
import { openOpportunityOfLead } from './reactors/open-opportunity-of-lead.js';

type Publisher = (event: never) => PublicEvent | undefined;

/** By category of the stream; what is not here sales keeps to itself. */
const publishers: Readonly<Record<string, Publisher>> = {
  order: publishOrder,
  task: taskPublisher('sales'),
  lead: publishLead,
  opportunity: publishOpportunity,
};

/** Orders, tasks of sales people, leads and opportunities. */
export const salesService = defineService({
  name: 'sales',
  modules: [
    OrderModule,
    OrdersModule,
    taskModule({ path: 'tasks', read: 'tasks:read', write: 'tasks:write' }),
    LeadModule,
    LeadsModule,
    OpportunityModule,
    OpportunitiesModule,
  ],
  migrations: [orders, tasks, leads],
  publish: (event) => publishers[event.category]?.(event as never),
  projections: () => [ordersProjection, tasksProjection('sales'), leadsProjection, opportunitiesProjection],
  reactors: (context) => [followCampaigns(context), openOpportunityOfLead(context)],
});
