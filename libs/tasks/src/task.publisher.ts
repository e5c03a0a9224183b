import {
  publicEvent,
  SalesResponseReceivedV1,
  SalesTaskAssignedV1,
  SalesTaskDeniedV1,
  SalesTaskGivenUpV1,
  SalesTaskReachedV1,
  ServiceResponseReceivedV1,
  ServiceTaskAssignedV1,
  ServiceTaskDeniedV1,
  ServiceTaskGivenUpV1,
  ServiceTaskReachedV1,
  type PublicEvent,
} from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { TaskDepartment } from './task-department.js';
import type { TaskEvent } from './task.events.js';

const contractsOf = {
  sales: {
    assigned: SalesTaskAssignedV1,
    denied: SalesTaskDeniedV1,
    reached: SalesTaskReachedV1,
    givenUp: SalesTaskGivenUpV1,
    response: SalesResponseReceivedV1,
  },
  service: {
    assigned: ServiceTaskAssignedV1,
    denied: ServiceTaskDeniedV1,
    reached: ServiceTaskReachedV1,
    givenUp: ServiceTaskGivenUpV1,
    response: ServiceResponseReceivedV1,
  },
} as const;

/** What a department's tasks say to other services, each under its own prefix. */
export function taskPublisher(
  department: TaskDepartment,
): (event: RecordedEvent<TaskEvent>) => PublicEvent | undefined {
  const contracts = contractsOf[department];
  return (event) => {
    switch (event.type) {
      case 'TaskAssigned': {
        const { taskId, treatmentId, campaignId, waveId, partyId, channel, dueAt } = event.data;
        const task = { taskId, treatmentId, campaignId, waveId, partyId, channel };
        return publicEvent(contracts.assigned, dueAt === undefined ? task : { ...task, dueAt });
      }
      case 'TaskDenied':
        return publicEvent(contracts.denied, { ...momentOf(event.data), reasons: event.data.reasons });
      case 'TaskReached':
        return publicEvent(contracts.reached, momentOf(event.data));
      case 'TaskGivenUp':
        return publicEvent(contracts.givenUp, { ...momentOf(event.data), reason: event.data.reason });
      case 'TaskResponseReceived': {
        const { responseId, partyId, kind, channel, at, source, treatmentId } = event.data;
        return publicEvent(contracts.response, { responseId, partyId, kind, channel, at, source, treatmentId });
      }
      case 'TaskStarted':
      case 'TaskPermitted':
      case 'TaskPostponed':
      case 'TaskReturned':
      case 'TaskWithdrawn':
      case 'TaskCancelled':
        return undefined;
    }
  };
}

interface Moment {
  readonly taskId: string;
  readonly treatmentId: string;
  readonly partyId: string;
  readonly at: string;
}

const momentOf = ({ taskId, treatmentId, partyId, at }: Moment): Moment => ({ taskId, treatmentId, partyId, at });
