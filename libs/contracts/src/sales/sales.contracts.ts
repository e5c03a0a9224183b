import { LeadConvertedV1 } from './lead-converted.v1.js';
import { LeadDisqualifiedV1 } from './lead-disqualified.v1.js';
import { LeadOpenedV1 } from './lead-opened.v1.js';
import { LeadQualifiedV1 } from './lead-qualified.v1.js';
import { OpportunityOpenedV1 } from './opportunity-opened.v1.js';
import { OpportunityStageMovedV1 } from './opportunity-stage-moved.v1.js';
import { OrderPlacedV1 } from './order-placed.v1.js';
import { SalesResponseReceivedV1 } from './response-received.v1.js';
import { SalesSubjectErasedV1 } from './subject-erased.v1.js';
import { SalesTaskAssignedV1 } from './task-assigned.v1.js';
import { SalesTaskDeniedV1 } from './task-denied.v1.js';
import { SalesTaskGivenUpV1 } from './task-given-up.v1.js';
import { SalesTaskReachedV1 } from './task-reached.v1.js';

export const salesContracts = [
  LeadConvertedV1,
  LeadDisqualifiedV1,
  LeadOpenedV1,
  LeadQualifiedV1,
  OpportunityOpenedV1,
  OpportunityStageMovedV1,
  OrderPlacedV1,
  SalesResponseReceivedV1,
  SalesSubjectErasedV1,
  SalesTaskAssignedV1,
  SalesTaskDeniedV1,
  SalesTaskGivenUpV1,
  SalesTaskReachedV1,
] as const;
