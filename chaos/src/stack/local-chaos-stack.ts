import { end, stackDown, stackUp, startFaultProxy, type FaultProxy, type Stack } from '@crm/local-stack';
import { config } from '../config.js';
import type { ServiceName } from '@crm/contracts';
import type { ChaosStack, Instance, Link } from './chaos-stack.js';
import { Keeper } from './keeper.js';
import { runNode } from './run-node.js';

/** From the port of a process to that of the proxy before it. */
const PROXY_OFFSET = 400;
const SMTP_OFFSET = 25;
const IMMEDIATE_LIMIT_MS = 30_000;

export interface ChaosStackOptions {
  readonly folder: string;
  readonly basePort: number;
  /** Processes of marketing and of analytics. */
  readonly instances: number;
  /** Where the mail server of the harness listens. */
  readonly mailPort: number;
  readonly report: (line: string) => void;
}

/** Starts the local stack with a fault proxy on every way between its processes. */
export async function startChaosStack(options: ChaosStackOptions): Promise<ChaosStack> {
  const { folder, basePort, instances, mailPort, report } = options;
  const proxied = (port: number): number => port + PROXY_OFFSET;
  // The offsets of the local stack; the broker's second listener is the one whose clients come through a proxy.
  const ports = { gateway: basePort, postgres: basePort + 32, redis: basePort + 79, kafka: basePort + 94 };
  const before = (port: number, target = port): Promise<FaultProxy> =>
    startFaultProxy({ listen: { port: proxied(port) }, target: { port: target } });
  const links = {
    gateway: await before(ports.gateway),
    postgres: await before(ports.postgres),
    redis: await before(ports.redis),
    kafka: await before(ports.kafka),
    smtp: await before(basePort + SMTP_OFFSET, mailPort),
  };
  try {
    const stack = await stackUp({
      folder,
      report,
      settings: {
        basePort,
        instances: { marketing: instances, analytics: instances },
        through: { postgres: links.postgres.port, redis: links.redis.port, kafka: links.kafka.port },
        smtpUrl: `smtp://127.0.0.1:${links.smtp.port}`,
      },
    });
    return new LocalChaosStack(stack, links, report);
  } catch (error) {
    await Promise.all(Object.values(links).map((link) => link.close()));
    throw error;
  }
}

class LocalChaosStack implements ChaosStack {
  readonly instances: readonly Instance[];
  private readonly keeper: Keeper;
  private adminToken: Promise<string> | undefined;

  constructor(
    private readonly stack: Stack,
    readonly links: Readonly<Record<Link, FaultProxy>>,
    private readonly report: (line: string) => void,
  ) {
    this.instances = stack.layout.instances.map(({ process, service, managementPort }) => ({
      ...{ name: process, service },
      managementUrl: `http://127.0.0.1:${managementPort}`,
    }));
    this.keeper = new Keeper(stack, report);
    this.keeper.start();
  }

  get folder(): string {
    return this.stack.folder;
  }

  get revived(): ReadonlyMap<string, number> {
    return this.keeper.revived;
  }

  get url(): string {
    return `http://127.0.0.1:${this.links.gateway.port}`;
  }

  get brokers(): string {
    return this.stack.state.kafka;
  }

  get redisPort(): number {
    return this.stack.layout.ports.redis;
  }

  databaseUrl(name: string): string {
    const url = new URL(this.stack.state.postgres);
    url.pathname = `/${name}`;
    return url.href;
  }

  token(renew: boolean): Promise<string> {
    if (renew || this.adminToken === undefined) this.adminToken = this.mint();
    return this.adminToken;
  }

  async kill(process: string): Promise<void> {
    this.keeper.hold(process);
    await this.stack.stopProcess(process, 'SIGKILL');
  }

  async stop(process: string): Promise<void> {
    this.keeper.hold(process);
    await this.stack.stopProcess(process);
  }

  async stopImmediately(process: 'postgres'): Promise<void> {
    this.keeper.hold(process);
    const identity = this.stack.state.processes.find(({ name }) => name === process);
    if (identity !== undefined) await end(identity, IMMEDIATE_LIMIT_MS, 'SIGQUIT');
  }

  start(process: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.keeper.release(process, environment);
  }

  signal(process: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.stack.signalProcess(process, signal);
  }

  isReady(process: string): Promise<boolean> {
    return this.stack.process(process).isReady();
  }

  emptyKafka(): Promise<void> {
    return this.stack.empty('kafka');
  }

  applyTopics(): Promise<void> {
    return this.stack.applyTopics();
  }

  runService(service: ServiceName, args: readonly string[]): Promise<void> {
    return this.stack.runService(service, args);
  }

  async down(keep: boolean): Promise<void> {
    await this.keeper.stop();
    await stackDown({ folder: this.folder, deleteData: !keep, report: this.report });
    await Promise.all(Object.values(this.links).map((link) => link.close()));
  }

  private async mint(): Promise<string> {
    const args = ['token', '--role', 'admin', '--data-dir', this.stack.state.issuerFolder];
    const { code, output } = await runNode(config.crm, args);
    if (code !== 0) throw new Error(`no token: ${output}`);
    return output.trim();
  }
}
