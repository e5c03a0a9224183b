import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../config.js';
import { LocalStackError } from '../errors.js';
import { end, isRunning, kill, signalTree, type ProcessIdentity } from '../processes/identity.js';
import { layoutOf, type StackLayout } from './layout.js';
import { runVerb } from './product.js';
import { kafkaEnvironment, serviceEnvironment } from './service-environment.js';
import { planOf, processesOf, type StackProcess } from './stack-process.js';
import { readState, withProcess, writeState, type StackState } from './state.js';

/** A stack that was started, with what one can do to its processes while it runs. */
export class Stack {
  readonly layout: StackLayout;
  private readonly processes: ReadonlyMap<string, StackProcess>;

  private constructor(
    readonly folder: string,
    state: StackState,
  ) {
    this.layout = layoutOf(folder, state.settings);
    this.processes = new Map(processesOf(planOf(this.layout, state.settings)).map((one) => [one.name, one]));
  }

  /** The stack of a folder; undefined when none was started there. */
  static open(folder = environment.stackFolder()): Stack | undefined {
    const state = readState(folder);
    return state === undefined ? undefined : new Stack(folder, state);
  }

  /** What `stack.json` says now; the process numbers change whenever something is started again. */
  get state(): StackState {
    const state = readState(this.folder);
    if (state === undefined) throw new LocalStackError('the stack has been stopped');
    return state;
  }

  /** Every process, in the order in which they need each other. */
  get names(): readonly string[] {
    return [...this.processes.keys()];
  }

  process(name: string): StackProcess {
    const found = this.processes.get(name);
    if (found === undefined) throw new LocalStackError(`the stack has no ${name}, but ${this.names.join(', ')}`);
    return found;
  }

  isRunning(name: string): boolean {
    const identity = this.identityOf(name);
    return identity !== undefined && isRunning(identity);
  }

  /** Starts a process that does not run and waits until it is ready. A service may be given further variables, this once. */
  async startProcess(name: string, further: Readonly<Record<string, string>> = {}): Promise<void> {
    const stackProcess = this.process(name);
    if (this.isRunning(name)) throw new LocalStackError(`${name} runs already`);
    await stackProcess.start((identity) => {
      writeState(this.folder, withProcess(this.state, { name, port: stackProcess.port, ...identity }));
    }, further);
  }

  /** Ends a process: as it is meant to be ended, or with SIGKILL at once. Answers whether it had to be killed. */
  async stopProcess(name: string, how: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<'ended' | 'killed'> {
    const { stopLimitMs, stopSignal } = this.process(name);
    const identity = this.identityOf(name);
    if (identity === undefined) return 'ended';
    if (how === 'SIGTERM') return end(identity, stopLimitMs, stopSignal);
    await kill(identity);
    return 'killed';
  }

  /** Halts a process with everything that it has started, or lets it go on. */
  signalProcess(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    const identity = this.identityOf(name);
    if (identity !== undefined) signalTree(identity, signal);
  }

  async restart(name: string): Promise<void> {
    await this.stopProcess(name);
    await this.startProcess(name);
  }

  /** Removes what a stopped broker, or job store, has kept. */
  async empty(name: 'kafka' | 'redis'): Promise<void> {
    if (this.isRunning(name)) throw new LocalStackError(`${name} is running`);
    await rm(join(this.layout.data, name), { recursive: true, force: true });
  }

  /** Makes the topics that are not there. */
  async applyTopics(): Promise<void> {
    const env = { ...environment.ofPrograms(), ...kafkaEnvironment(this.layout, this.state.settings) };
    await runVerb(this.layout, 'crm', ['topics', 'apply'], env);
  }

  /** Runs a verb of a service, such as migrate or backup, with the variables of its first instance. */
  async runService(service: string, args: readonly string[]): Promise<void> {
    const instance = this.layout.instances.find(({ process }) => process === service);
    if (instance === undefined) throw new LocalStackError(`there is no service ${service}`);
    await runVerb(this.layout, service, args, serviceEnvironment(this.layout, this.state.settings, instance));
  }

  private identityOf(name: string): ProcessIdentity | undefined {
    this.process(name);
    return this.state.processes.find((one) => one.name === name);
  }
}
