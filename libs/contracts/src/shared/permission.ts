import { Type } from '@sinclair/typebox';
import { Code, Uuids } from '../fields.js';

/** One rule that was asked whether a party may be contacted, what it said, and the events that it went by. */
export const PermissionReason = Type.Object({ rule: Code, outcome: Code, eventIds: Uuids });
