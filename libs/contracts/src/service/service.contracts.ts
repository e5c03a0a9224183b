import { CaseMovedV1 } from './case-moved.v1.js';
import { CaseOpenedV1 } from './case-opened.v1.js';
import { ContactMadeV1 } from './contact-made.v1.js';
import { InteractionEndedV1 } from './interaction-ended.v1.js';
import { ServiceResponseReceivedV1 } from './response-received.v1.js';
import { ServiceSubjectErasedV1 } from './subject-erased.v1.js';
import { ServiceTaskAssignedV1 } from './task-assigned.v1.js';
import { ServiceTaskDeniedV1 } from './task-denied.v1.js';
import { ServiceTaskGivenUpV1 } from './task-given-up.v1.js';
import { ServiceTaskReachedV1 } from './task-reached.v1.js';

export const serviceContracts = [
  CaseMovedV1,
  CaseOpenedV1,
  ContactMadeV1,
  InteractionEndedV1,
  ServiceResponseReceivedV1,
  ServiceSubjectErasedV1,
  ServiceTaskAssignedV1,
  ServiceTaskDeniedV1,
  ServiceTaskGivenUpV1,
  ServiceTaskReachedV1,
] as const;
