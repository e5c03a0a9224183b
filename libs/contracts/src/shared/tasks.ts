import { Type } from '@sinclair/typebox';
import { CampaignChannel, Code, Instant, Uuid } from '../fields.js';
import { PermissionReason } from './permission.js';

const task = { taskId: Uuid, treatmentId: Uuid, partyId: Uuid };

/** Sales and service make tasks for persons in the same shape, each under its own prefix. */
export const TaskAssigned = Type.Object({
  taskId: Uuid,
  treatmentId: Uuid,
  campaignId: Uuid,
  waveId: Uuid,
  partyId: Uuid,
  channel: CampaignChannel,
  dueAt: Type.Optional(Instant),
});

export const TaskReached = Type.Object({ ...task, at: Instant });

export const TaskDenied = Type.Object({ ...task, at: Instant, reasons: Type.Array(PermissionReason) });

export const TaskGivenUp = Type.Object({ ...task, at: Instant, reason: Code });
