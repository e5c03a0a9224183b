import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.js';
import { requireProgram } from '../programs.js';
import { end, kill, type ProcessIdentity } from '../processes/identity.js';
import { ask, requireFree } from '../processes/ports.js';
import { spawnLogged, untilReady, type LoggedProcess } from '../processes/spawn-logged.js';

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

export interface RedisOptions {
  readonly dataDir: string;
  /** Default: `redis.log` in the data folder. */
  readonly log?: string;
  readonly port: number;
  /** Told as soon as the process runs. */
  readonly onSpawn?: (identity: ProcessIdentity) => void;
}

/** A Redis server in a process of its own, which goes on when this process ends. */
export interface LocalRedis extends LoggedProcess {
  readonly url: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts Redis on loopback. It keeps nothing on disk: losing it costs time and nothing else. */
export async function startRedis(options: RedisOptions): Promise<LocalRedis> {
  mkdirSync(options.dataDir, { recursive: true });
  const settings = { port: String(options.port), bind: '127.0.0.1', dir: options.dataDir, save: '', appendonly: 'no' };
  await requireFree('Redis', [options.port]);
  const process = await spawnLogged({
    name: 'Redis',
    command: requireProgram('redis-server'),
    args: [
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      // A job must never be evicted for want of memory.
      ...['--maxmemory-policy', 'noeviction'],
    ],
    cwd: options.dataDir,
    env: environment.ofPrograms(),
    log: options.log ?? join(options.dataDir, 'redis.log'),
    onSpawn: options.onSpawn,
  });
  try {
    await untilReady('Redis', process, () => redisAnswers(options.port), READY_LIMIT_MS);
  } catch (error) {
    await kill(process);
    throw error;
  }
  return {
    ...process,
    url: `redis://127.0.0.1:${options.port}`,
    stop: async () => {
      await end(process, STOP_LIMIT_MS);
    },
    kill: () => kill(process),
  };
}

/** Whether a Redis server takes commands. */
export async function redisAnswers(port: number): Promise<boolean> {
  return (await ask(port, Buffer.from('PING\r\n')))?.toString('utf8').startsWith('+PONG') ?? false;
}
