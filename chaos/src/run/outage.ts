import { setTimeout as wait } from 'node:timers/promises';
import { flushRedis } from '../faults/redis-faults.js';
import { lagOf } from '../observe/lag.js';
import { headsOfAll, untilPassed } from '../observe/passed.js';
import { unrestOf } from '../observe/quiet.js';
import type { Report } from '../report.js';
import { SERVICES } from '@crm/contracts';
import { play, type Findings, type ScenarioOptions } from './scenario.js';
import type { Session } from './session.js';

export interface OutageOptions extends ScenarioOptions {
  /** How long Kafka is away. */
  readonly seconds: number;
}

const WARM_UP_MS = 10_000;
const REDIS_AWAY_MS = 10_000;
const BETWEEN_MS = 15_000;
const ARRIVES_WITHIN_MS = 120_000;
const SOMETHING_DUE_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/** Kafka is killed for a while, then Redis is killed and flushed: commands go on, everything arrives, everything due goes out once. */
export function runOutage(options: OutageOptions): Promise<Report> {
  return play(options, {
    durationMs: options.seconds * 1000 + WARM_UP_MS + REDIS_AWAY_MS + 2 * BETWEEN_MS + SOMETHING_DUE_WITHIN_MS,
    work: async (session) => {
      await wait(WARM_UP_MS);
      const kafka = await withoutKafka(session, options.seconds);
      await wait(BETWEEN_MS);
      const redis = await withoutRedis(session);
      return { ...kafka, figures: { ...kafka.figures, ...redis.figures } };
    },
  });
}

async function withoutKafka(session: Session, seconds: number): Promise<Findings> {
  const { stack, driver, databases, faults, options } = session;
  const { acknowledgedCommands, retries } = driver.tally;
  await stack.kill('kafka');
  options.say(`Kafka is away for ${seconds} s`);
  await wait(seconds * 1000);
  const accepted = driver.tally.acknowledgedCommands - acknowledgedCommands;
  const triedAgain = driver.tally.retries - retries;
  const { relay } = await lagOf(databases);
  await stack.start('kafka');
  faults.count('broker-killed');
  const backAt = performance.now();
  const arrived = await untilPassed(databases, SERVICES, await headsOfAll(databases), ARRIVES_WITHIN_MS);
  const took = ((performance.now() - backAt) / 1000).toFixed(1);
  return {
    figures: {
      'commands accepted without Kafka': accepted,
      'retries without Kafka': triedAgain,
      'events kept back by the relays': relay,
    },
    checks: [
      {
        ...{ invariant: undefined, name: 'everything arrives after the outage' },
        counted: arrived ? `${took} s after Kafka is back` : 'not in time',
        breaches: arrived ? [] : [`events were still on their way ${ARRIVES_WITHIN_MS / 1000} s after Kafka was back`],
      },
    ],
  };
}

async function withoutRedis({ stack, databases, faults, options: { say } }: Session): Promise<Findings> {
  const endsAt = performance.now() + SOMETHING_DUE_WITHIN_MS;
  let { unsent } = await unrestOf(databases);
  while (unsent === 0 && performance.now() < endsAt) {
    await wait(LOOK_AGAIN_MS);
    ({ unsent } = await unrestOf(databases));
  }
  await stack.kill('redis');
  say('Redis is away, and comes back with nothing');
  await wait(REDIS_AWAY_MS);
  await stack.start('redis');
  await flushRedis(stack.redisPort);
  faults.count('redis-killed');
  faults.count('redis-flushed');
  return { figures: { 'treatments due when Redis was lost': unsent } };
}
