import { Type } from '@sinclair/typebox';
import { Count, Uuid } from '../fields.js';

/** A service's word that it destroyed what it held about a party: how many of each, never what. */
export const SubjectErased = Type.Object({
  erasureId: Uuid,
  partyId: Uuid,
  destroyed: Type.Object({ keys: Count, snapshots: Count, rows: Count, deadLetters: Count, jobs: Count }),
});
