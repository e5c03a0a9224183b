import { sqlMigration } from '@crm/platform';

export const cases = sqlMigration(
  2,
  'Cases',
  `CREATE TABLE rm.service_case (
    case_id           uuid PRIMARY KEY,
    party_id          uuid NOT NULL,
    kind              text NOT NULL,
    subject           text NOT NULL,
    description       text,
    priority          text NOT NULL,
    channel           text NOT NULL,
    status            text NOT NULL,
    opened_at         timestamptz NOT NULL,
    changed_at        timestamptz NOT NULL,
    respond_by        timestamptz NOT NULL,
    due_at            timestamptz NOT NULL,
    sla_version       int NOT NULL,
    assignee          text,
    first_progress_at timestamptz,
    resolved_at       timestamptz,
    resolution        text,
    reason            text,
    version           int NOT NULL
  );
  CREATE INDEX service_case_due ON rm.service_case (due_at, case_id);
  CREATE INDEX service_case_party ON rm.service_case (party_id);`,
);
