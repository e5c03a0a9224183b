import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type { CaseEvent } from '../case/case.events.js';

const OPEN = `INSERT INTO service_case (case_id, version, party_id, kind, subject, description, priority, channel, status, opened_at,
    respond_by, due_at, sla_version, changed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'acknowledged', $9, $10, $11, $12, $9) ON CONFLICT (case_id) DO NOTHING`;
const CHANGE = 'UPDATE service_case SET version = greatest(version, $2)';
const ASSIGN = `${CHANGE}, assignee = $3 WHERE case_id = $1`;
const MOVE = `${CHANGE}, status = $3, changed_at = $4, reason = $5 WHERE case_id = $1`;
const PROGRESS = `${CHANGE}, status = $3, changed_at = $4, reason = NULL, first_progress_at = coalesce(first_progress_at, $4)
  WHERE case_id = $1`;
const RESOLVE = `${CHANGE}, status = $3, changed_at = $4, reason = NULL, resolution = $5, resolved_at = $4 WHERE case_id = $1`;
const REOPEN = `${CHANGE}, status = $3, changed_at = $4, reason = $5, resolved_at = NULL WHERE case_id = $1`;

/** Which cases are there, in which state, and when are they due? */
export const casesProjection: Projection<CaseEvent> = {
  name: 'cases',
  version: 1,
  sources: [
    {
      service: 'service',
      types: [
        'CaseOpened',
        'CaseAssigned',
        'CaseProgressed',
        'CaseHeld',
        'CaseResolved',
        'CaseClosed',
        'CaseReopened',
        'CaseCancelled',
        'CaseRejected',
      ],
    },
  ],
  tables: ['service_case'],
  async apply(tx, events) {
    for (const event of events) await applyOne(tx, event);
  },
};

async function applyOne(tx: Tx, event: FeedEvent<CaseEvent>): Promise<void> {
  switch (event.type) {
    case 'CaseOpened': {
      const { caseId, partyId, kind, subject, description, priority, channel, openedAt, respondBy, dueAt, slaVersion } =
        event.data;
      const values = [
        caseId,
        event.version,
        partyId,
        kind,
        subject,
        description ?? null,
        priority,
        channel,
        openedAt,
        respondBy,
        dueAt,
        slaVersion,
      ];
      await tx.query(OPEN, values);
      return;
    }
    case 'CaseAssigned':
      await tx.query(ASSIGN, [event.data.caseId, event.version, event.data.assignee]);
      return;
    case 'CaseProgressed':
      await tx.query(PROGRESS, [event.data.caseId, event.version, event.data.to, event.data.at]);
      return;
    case 'CaseResolved':
      await tx.query(RESOLVE, [
        event.data.caseId,
        event.version,
        event.data.to,
        event.data.at,
        event.data.resolution ?? null,
      ]);
      return;
    case 'CaseReopened':
      await tx.query(REOPEN, [
        event.data.caseId,
        event.version,
        event.data.to,
        event.data.at,
        event.data.reason ?? null,
      ]);
      return;
    case 'CaseClosed':
      await tx.query(MOVE, [event.data.caseId, event.version, event.data.to, event.data.at, null]);
      return;
    case 'CaseHeld':
    case 'CaseCancelled':
    case 'CaseRejected':
      await tx.query(MOVE, [event.data.caseId, event.version, event.data.to, event.data.at, event.data.reason ?? null]);
  }
}
