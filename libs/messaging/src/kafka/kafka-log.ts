import { logLevel, type logCreator } from 'kafkajs';
import type { ConsumerLogger } from '../signals.js';

// What a log line of the client may carry: where it happened, never what was sent.
const FIELDS = ['broker', 'groupId', 'memberId', 'topic', 'partition', 'retryCount', 'retryTime', 'error'] as const;

// The client calls an error what every start of a broker or of a group member brings about, and tries again by itself.
const PASSING =
  /coordinator|not the leader|no leader|rebalanc|rejoin|member id|leadership election|loading|Limiting retries/i;

/** Brings the log of the client into ours. What it calls an error is a warning: it tries again, and gives up in an error of its own. */
export function clientLog(logger: ConsumerLogger): logCreator {
  return () =>
    ({ namespace, level, log }) => {
      const given: Readonly<Record<string, unknown>> = log;
      const fields = Object.fromEntries(
        FIELDS.filter((name) => isPlain(given[name])).map((name) => [name, given[name]]),
      );
      const text = `${namespace}: ${log.message}`;
      const isPassing = PASSING.test(`${log.message} ${JSON.stringify(fields)}`);
      if (level > logLevel.WARN || isPassing) logger.info(fields, text);
      else logger.warn(fields, text);
    };
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
