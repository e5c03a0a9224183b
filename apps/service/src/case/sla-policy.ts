import type { Priority } from './case.events.js';

const HOUR_MS = 3_600_000;

/** Hours to the first answer and to the resolution, by priority. A changed policy is a new version: cases keep the one they were opened under. */
const SLA_POLICY = {
  version: 1,
  hours: {
    urgent: { respond: 1, resolve: 4 },
    high: { respond: 4, resolve: 24 },
    normal: { respond: 24, resolve: 72 },
    low: { respond: 72, resolve: 168 },
  } satisfies Readonly<Record<Priority, { readonly respond: number; readonly resolve: number }>>,
} as const;

/** How long a resolved case waits for an objection before it closes by itself. */
export const CLOSES_AFTER_MS = 7 * 24 * HOUR_MS;
/** How long a closed case can be reopened. */
export const REOPENS_WITHIN_MS = 30 * 24 * HOUR_MS;

export interface DueTimes {
  readonly respondBy: string;
  readonly dueAt: string;
  readonly slaVersion: number;
}

export function dueTimesOf(priority: Priority, openedAt: string): DueTimes {
  const { respond, resolve } = SLA_POLICY.hours[priority];
  return {
    respondBy: later(openedAt, respond * HOUR_MS),
    dueAt: later(openedAt, resolve * HOUR_MS),
    slaVersion: SLA_POLICY.version,
  };
}

export function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
