import type { Journal } from '../history/journal.js';
import type { AcknowledgementFile } from '../load/acknowledgements.js';
import { AdvisedClient } from '../load/client.js';
import { Driver } from '../load/driver.js';
import type { ChaosStack } from '../stack/chaos-stack.js';

/** Longer than the gateway waits for a service. */
const ATTEMPT_MS = 70_000;
/** Longer than any fault lasts, with its aftermath. */
const PATIENCE_MS = 600_000;

/** A driver whose every request, try and acknowledgement is written down. */
export function recordedDriver(stack: ChaosStack, journal: Journal, acknowledgements: AcknowledgementFile): Driver {
  const client = new AdvisedClient({
    url: () => stack.url,
    token: (renew) => stack.token(renew),
    ...{ attemptMs: ATTEMPT_MS, patienceMs: PATIENCE_MS },
    onAttempt: (key, attempt, why) => {
      driver.tally.triedAgain(why);
      journal.add({ kind: 'attempt', at: now(), key, attempt, why });
    },
  });
  const driver = new Driver({
    client,
    onAnswer: ({ key, subject, service, method, path }, { status, body: { code }, attempts, ms }, acknowledged) => {
      acknowledgements.add(acknowledged);
      journal.add({
        ...{ kind: 'request', at: now(), key, subject, service, request: `${method} ${path}` },
        ...{ status, attempts, ms: Math.round(ms) },
        ...(code === undefined ? {} : { code }),
        ...(acknowledged.length === 0
          ? {}
          : { acknowledged: acknowledged.map(({ id, version }) => ({ id, version })) }),
      });
    },
  });
  return driver;
}

const now = (): string => new Date().toISOString();
