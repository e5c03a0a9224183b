import { setTimeout as wait } from 'node:timers/promises';
import type { FaultMode } from '@crm/local-stack';
import { config } from '../config.js';
import { PASS, type ChaosStack, type Link } from '../stack/chaos-stack.js';
import { exhaustConnections, holdTransaction } from './database-faults.js';
import type { FaultName } from './kinds.js';
import { flushRedis } from './redis-faults.js';
import type { ScheduledFault } from './schedule.js';

/** What was done, for the history. */
export interface Injected {
  /** How often the fault hit within its time; once unless said. */
  readonly times?: number;
  readonly detail?: string;
}

/** Breaks something for as long as the fault lasts, and mends it. */
export type Injector = (stack: ChaosStack, fault: ScheduledFault) => Promise<Injected>;

const STORM_EVERY_MS = 2_000;
const RESET_EVERY_MS = 500;
const HOUR_SECONDS = 3_600;
const UNLIMITED = 1_000_000;

/** How each fault is done. Every one leaves everything running. */
export const INJECTORS: Readonly<Record<FaultName, Injector>> = {
  kill: (stack, { target, forMs }) => down(stack, target, forMs, () => stack.kill(target)),
  stop: async (stack, { target, forMs }) => {
    stack.signal(target, 'SIGSTOP');
    try {
      await wait(forMs);
    } finally {
      stack.signal(target, 'SIGCONT');
    }
    return {};
  },
  'broker-killed': (stack, { target, forMs }) => down(stack, target, forMs, () => stack.kill(target)),
  'broker-slow': (stack, { forMs, draw }) =>
    through(stack, 'kafka', forMs, { kind: 'slow', latencyMs: 50 + draw * 300, bytesPerSecond: 200_000 }),
  'broker-restarted': (stack, { target, forMs }) => down(stack, target, forMs, () => stack.stop(target)),
  'broker-emptied': async (stack, { target, forMs }) => {
    await down(stack, target, forMs, async () => {
      await stack.kill(target);
      await stack.emptyKafka();
    });
    await stack.applyTopics();
    return { detail: 'topics made again' };
  },
  'postgres-killed': (stack, { target, forMs }) => down(stack, target, forMs, () => stack.kill(target)),
  'postgres-stopped': (stack, { target, forMs }) => down(stack, target, forMs, () => stack.stopImmediately('postgres')),
  'connections-reset': async (stack, { target, forMs }) => {
    let times = 0;
    let resets = 0;
    for (let left = forMs; left > 0; left -= RESET_EVERY_MS) {
      resets += stack.links[target as Link].cut();
      times += 1;
      await wait(Math.min(RESET_EVERY_MS, left));
    }
    return { times, detail: `${resets} connections` };
  },
  'pool-exhausted': async (stack, { forMs }) => {
    const connections = await exhaustConnections(stack.databaseUrl('postgres'), forMs);
    return { detail: `${connections} connections` };
  },
  'idle-transaction': async (stack, { forMs }) => {
    await holdTransaction(stack.databaseUrl('postgres'), forMs);
    return {};
  },
  'redis-killed': (stack, { target, forMs }) => down(stack, target, forMs, () => stack.kill(target)),
  'redis-flushed': async (stack) => {
    await flushRedis(stack.redisPort);
    return {};
  },
  'rebalance-storm': async (stack, { target, forMs }) => {
    let times = 0;
    for (const endsAt = performance.now() + forMs; performance.now() < endsAt; times++)
      await down(stack, target, STORM_EVERY_MS, () => stack.kill(target));
    return { times, detail: `${times} restarts` };
  },
  'reply-dropped': (stack, { forMs, draw }) =>
    cutReplies(stack, 'gateway', forMs, { kind: 'cut-reply', passBytes: draw < 0.5 ? 0 : 40, times: UNLIMITED }),
  'smtp-cut': (stack, { forMs }) =>
    cutReplies(stack, 'smtp', forMs, { kind: 'cut-reply', after: '\r\n.\r\n', times: UNLIMITED }),
  'smtp-down': (stack, { forMs }) => through(stack, 'smtp', forMs, { kind: 'refuse' }),
  'clock-jump': async (stack, { target, forMs, draw }) => {
    const offset = draw < 0.5 ? `-${HOUR_SECONDS}s` : `+${HOUR_SECONDS}s`;
    await stack.stop(target);
    await stack.start(target, {
      LD_PRELOAD: config.faketime ?? '',
      FAKETIME: offset,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    await wait(forMs);
    await stack.stop(target);
    await stack.start(target);
    return { detail: offset };
  },
};

/** A process is down for a while. */
async function down(stack: ChaosStack, target: string, forMs: number, end: () => Promise<void>): Promise<Injected> {
  await end();
  await wait(forMs);
  await stack.start(target);
  return {};
}

async function through(stack: ChaosStack, link: Link, forMs: number, mode: FaultMode): Promise<Injected> {
  const proxy = stack.links[link];
  await proxy.apply(mode);
  try {
    await wait(forMs);
  } finally {
    await proxy.apply(PASS);
  }
  return {};
}

async function cutReplies(stack: ChaosStack, link: Link, forMs: number, mode: FaultMode): Promise<Injected> {
  const before = stack.links[link].resets;
  await through(stack, link, forMs, mode);
  return { detail: `${stack.links[link].resets - before} replies` };
}
