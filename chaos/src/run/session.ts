import { setTimeout as wait } from 'node:timers/promises';
import { config } from '../config.js';
import { FaultRun } from '../faults/fault-run.js';
import type { Topology } from '../faults/kinds.js';
import { Journal } from '../history/journal.js';
import { checkInvariants } from '../invariants/all.js';
import type { Check } from '../invariants/check.js';
import { AcknowledgementFile } from '../load/acknowledgements.js';
import { Agents } from '../load/agents.js';
import type { Driver } from '../load/driver.js';
import type { LoadPlan } from '../load/plan.js';
import { MailSink } from '../mail/mail-sink.js';
import { Databases } from '../observe/databases.js';
import { isQuiet, untilQuiet, unrestText } from '../observe/quiet.js';
import { Scraper } from '../observe/scraper.js';
import { PASS, type ChaosStack } from '../stack/chaos-stack.js';
import { startChaosStack } from '../stack/local-chaos-stack.js';
import { progressOf } from './progress.js';
import { recordedDriver } from './recorded-driver.js';
import type { RunFolder } from './run-folder.js';

export interface SessionOptions {
  readonly seed: number | string;
  readonly folder: RunFolder;
  readonly basePort: number;
  readonly instances: number;
  readonly say: (line: string) => void;
}

const READY_WITHIN_MS = 180_000;
const LOOK_AGAIN_MS = 250;
const SAY_EVERY_MS = 5_000;

/** A stack of its own under observation, with a load that is driven against it. */
export class Session {
  readonly journal: Journal;
  readonly faults: FaultRun;
  readonly driver: Driver;
  readonly acknowledgements: AcknowledgementFile;
  readonly scraper: Scraper;
  private readonly agents: Agents;

  private constructor(
    readonly options: SessionOptions,
    readonly stack: ChaosStack,
    readonly sink: MailSink,
    readonly databases: Databases,
  ) {
    this.journal = new Journal(options.folder.journal);
    this.faults = new FaultRun(stack, this.journal);
    this.acknowledgements = new AcknowledgementFile(options.folder.acknowledgements);
    this.driver = recordedDriver(stack, this.journal, this.acknowledgements);
    this.agents = new Agents(this.driver, options.seed);
    this.scraper = new Scraper(stack, databases, this.journal);
  }

  static async open(options: SessionOptions): Promise<Session> {
    const { folder, basePort, instances, say } = options;
    const sink = new MailSink(folder.mails);
    const mailPort = await sink.listen(0);
    try {
      const stack = await startChaosStack({ folder: folder.stack, basePort, instances, mailPort, report: say });
      return new Session(options, stack, sink, new Databases((name) => stack.databaseUrl(name)));
    } catch (error) {
      await sink.close();
      throw error;
    }
  }

  get topology(): Topology {
    return {
      instances: this.stack.instances.map(({ name }) => name),
      others: ['gateway', 'issuer'],
      clocks: config.faketime !== undefined,
    };
  }

  /** Lays the ground of a plan; then tells its stories, while people work off tasks, metrics are read and faults happen. */
  async load(plan: LoadPlan, durationMs: number, faults: () => Promise<void>): Promise<void> {
    await this.driver.ground(plan.ground);
    this.scraper.start();
    this.agents.start();
    const ended = this.showProgress(durationMs);
    try {
      await Promise.all([this.driver.run(plan.stories), faults()]);
    } finally {
      ended();
    }
  }

  /** Waits until everything runs and answers again. */
  async heal(): Promise<void> {
    await Promise.all(Object.values(this.stack.links).map((link) => link.apply(PASS)));
    const names = [...this.topology.instances, ...this.topology.others, 'kafka', 'redis', 'postgres'];
    const endsAt = performance.now() + READY_WITHIN_MS;
    for (const name of names)
      while (!(await this.stack.isReady(name))) {
        if (performance.now() > endsAt) throw new Error(`${name} is not ready again after ${READY_WITHIN_MS / 1000} s`);
        await wait(LOOK_AGAIN_MS);
      }
  }

  /** The load comes to its end: what was begun is finished. */
  async finishLoad(): Promise<void> {
    await Promise.all([this.driver.stop(), this.agents.stop()]);
  }

  /** Waits until nothing moves; answers with what still does when the time is over. */
  async quiet(withinMs: number): Promise<string | undefined> {
    let saidAt = performance.now();
    const unrest = await untilQuiet(this.databases, withinMs, (look) => {
      this.journal.add({ kind: 'state', at: new Date().toISOString(), what: 'unrest', value: look });
      if (isQuiet(look) || performance.now() - saidAt < SAY_EVERY_MS) return;
      saidAt = performance.now();
      this.options.say(`  ${unrestText(look)}`);
    });
    return unrest === undefined ? undefined : unrestText(unrest);
  }

  async check(plan: LoadPlan): Promise<readonly Check[]> {
    const { folder } = this.options;
    return checkInvariants({
      files: {
        stackFolder: folder.stack,
        acknowledgements: folder.acknowledgements,
        canaries: folder.canaries,
        folders: [folder.stack],
      },
      brokers: this.stack.brokers,
      ...{ databases: this.databases, driver: this.driver, sink: this.sink, campaigns: plan.campaigns },
      interruptions: this.faults.interruptions + (this.stack.revived.get('marketing') ?? 0),
      repliesCut: this.stack.links.smtp.resets,
    });
  }

  private showProgress(durationMs: number): () => void {
    const progress = progressOf(Math.round(durationMs / 1000), this.options.say);
    const started = performance.now();
    const timer = setInterval(() => {
      const { tally, backlog } = this.driver;
      const text = `${tally.requests} requests, ${tally.retries} retries, ${backlog} waiting`;
      progress.update(Math.round((performance.now() - started) / 1000), text);
    }, 1_000);
    return () => {
      clearInterval(timer);
      progress.finish();
    };
  }

  async close(keep: boolean): Promise<void> {
    this.faults.stop();
    this.driver.beginNoMore();
    await this.scraper.stop();
    await this.databases.close();
    await this.stack.down(keep);
    await this.sink.close();
    await this.journal.close();
  }
}
