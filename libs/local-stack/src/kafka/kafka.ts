import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.js';
import { LocalStackError } from '../errors.js';
import { requireProgram } from '../programs.js';
import { end, kill } from '../processes/identity.js';
import { requireFree } from '../processes/ports.js';
import { spawnLogged, untilReady, type LoggedProcess } from '../processes/spawn-logged.js';
import { kafkaJars } from './artefact.js';
import { kafkaAnswers } from './readiness.js';
import { logProperties, serverProperties, type KafkaOptions } from './settings.js';

const READY_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 30_000;

/** A broker in a process of its own, which goes on when this process ends. */
export interface LocalKafka extends LoggedProcess {
  readonly brokers: string;
  /** Lets it write what it holds. */
  stop(): Promise<void>;
  /** As a power cut would. */
  kill(): Promise<void>;
}

/** Starts Apache Kafka in KRaft mode on a data folder, and answers when topics can be made. */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const java = requireProgram('java');
  const jars = await kafkaJars();
  const classPath = join(jars, '*');
  await requireFree('Kafka', portsOf(options));
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const settings = join(options.dataDir, 'server.properties');
  const logging = join(options.dataDir, 'log4j2.properties');
  writeFileSync(settings, serverProperties(options), { mode: 0o600 });
  writeFileSync(logging, logProperties());
  if (!existsSync(join(options.dataDir, 'log', 'meta.properties'))) format(java, classPath, settings);
  const process = await spawnLogged({
    name: 'Kafka',
    command: java,
    args: [
      ...[`-Xmx${options.heap ?? '384m'}`, '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${logging}`],
      ...['-cp', classPath, 'kafka.Kafka', settings],
    ],
    cwd: options.dataDir,
    env: environment.ofPrograms(),
    log: options.log ?? join(options.dataDir, 'kafka.log'),
    onSpawn: options.onSpawn,
  });
  try {
    await untilReady('Kafka', process, () => kafkaAnswers(options.port), READY_LIMIT_MS);
  } catch (error) {
    await kill(process);
    throw error;
  }
  return {
    ...process,
    brokers: `127.0.0.1:${options.port}`,
    stop: async () => {
      await end(process, STOP_LIMIT_MS);
    },
    kill: () => kill(process),
  };
}

function portsOf({ port, controllerPort, proxied, secured }: KafkaOptions): readonly number[] {
  return [port, controllerPort, ...(proxied ? [proxied.port] : []), ...(secured ? [secured.port] : [])];
}

function format(java: string, classPath: string, settings: string): void {
  const bytes = randomBytes(16);
  // An id that began with a dash would be taken for an option.
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  const id = bytes.toString('base64url');
  const args = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', settings];
  const run = spawnSync(java, args, { env: environment.ofPrograms(), encoding: 'utf8' });
  if (run.status !== 0) throw new LocalStackError(`Kafka's storage cannot be formatted:\n${run.stdout}${run.stderr}`);
}
