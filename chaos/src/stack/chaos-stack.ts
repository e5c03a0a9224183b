import type { FaultMode, FaultProxy } from '@crm/local-stack';
import type { ServiceName } from '@crm/contracts';

export const PASS: FaultMode = { kind: 'pass' };

/** One process of a service. */
export interface Instance {
  /** `marketing`, `marketing-2`, … */
  readonly name: string;
  readonly service: ServiceName;
  /** Health and metrics. */
  readonly managementUrl: string;
}

/** Ways between the processes that can be made to fail. */
export type Link = 'postgres' | 'kafka' | 'redis' | 'smtp' | 'gateway';

/** A whole stack that can be broken and put together again, process by process. */
export interface ChaosStack {
  readonly folder: string;
  /** Where clients go: through the proxy before the gateway. */
  readonly url: string;
  readonly instances: readonly Instance[];
  readonly links: Readonly<Record<Link, FaultProxy>>;
  /** How often a process had to be started again that no fault had ended. */
  readonly revived: ReadonlyMap<string, number>;
  /** Past every proxy. */
  readonly brokers: string;
  readonly redisPort: number;
  /** A database past every proxy. */
  databaseUrl(name: string): string;
  /** A token that may do everything. */
  token(renew: boolean): Promise<string>;
  /** Without a word. */
  kill(process: string): Promise<void>;
  /** Asked to end in its own way, and given the time for it. */
  stop(process: string): Promise<void>;
  /** PostgreSQL without a checkpoint, as after a power cut. */
  stopImmediately(process: 'postgres'): Promise<void>;
  /** Starts a process again and waits until it is ready, trying again as a supervisor would. */
  start(process: string, environment?: Readonly<Record<string, string>>): Promise<void>;
  signal(process: string, signal: 'SIGSTOP' | 'SIGCONT'): void;
  isReady(process: string): Promise<boolean>;
  /** Deletes what a stopped broker has. */
  emptyKafka(): Promise<void>;
  applyTopics(): Promise<void>;
  /** Runs a verb of a service with the variables of its first instance. */
  runService(service: ServiceName, args: readonly string[]): Promise<void>;
  /** Stops everything. The folder stays when it is to be looked at. */
  down(keep: boolean): Promise<void>;
}
