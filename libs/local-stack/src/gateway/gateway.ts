import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.js';
import { requireProgram } from '../programs.js';
import { kill, type ProcessIdentity } from '../processes/identity.js';
import { ask, requireFree } from '../processes/ports.js';
import { spawnLogged, untilReady, type LoggedProcess } from '../processes/spawn-logged.js';
import { gatewayConfiguration, type GatewayOptions } from './configuration.js';

const READY_LIMIT_MS = 60_000;

export interface GatewayProcessOptions extends GatewayOptions {
  /** Default: `gateway.log` in the folder. */
  readonly log?: string;
  /** Told as soon as the process runs. */
  readonly onSpawn?: (identity: ProcessIdentity) => void;
}

/** Starts nginx with the gateway's configuration, in a process of its own. */
export async function startGateway(options: GatewayProcessOptions): Promise<LoggedProcess> {
  mkdirSync(options.folder, { recursive: true });
  const settings = join(options.folder, 'nginx.conf');
  writeFileSync(settings, gatewayConfiguration(options));
  await requireFree('the gateway', [options.port]);
  const process = await spawnLogged({
    name: 'the gateway',
    command: requireProgram('nginx'),
    args: ['-p', options.folder, '-c', settings, '-g', 'daemon off;'],
    cwd: options.folder,
    env: environment.ofPrograms(),
    log: options.log ?? join(options.folder, 'gateway.log'),
    onSpawn: options.onSpawn,
  });
  try {
    await untilReady('the gateway', process, () => gatewayAnswers(options.port), READY_LIMIT_MS);
    return process;
  } catch (error) {
    await kill(process);
    throw error;
  }
}

/** Whether the gateway itself answers, whatever the services do. */
export async function gatewayAnswers(port: number): Promise<boolean> {
  const request = `GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
  return (await ask(port, Buffer.from(request)))?.toString('latin1').startsWith('HTTP/1.1 200') ?? false;
}
