import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { AdvisedClient, Answer } from './client.js';
import { acknowledgedBy, type Acknowledgement } from './acknowledgements.js';
import type { LoadCommand, Story } from './command.js';
import { different, type Difference } from './repeats.js';
import { Tally } from './tally.js';

/** A request that a client which follows the advice was not served. */
export interface FailedRequest {
  readonly key: string;
  readonly subject: string;
  readonly request: string;
  readonly status: number;
  readonly why: string;
}

export interface DriverParts {
  readonly client: AdvisedClient;
  readonly onAnswer: (command: LoadCommand, answer: Answer, acknowledged: readonly Acknowledgement[]) => void;
}

/** Stories of one stream that are told at the same time; more wait. */
const AT_ONCE = 12;

/** Carries out the stories of a plan at their times, many at once, each in its own order. */
export class Driver {
  readonly tally = new Tally();
  readonly failed: FailedRequest[] = [];
  readonly differences: Difference[] = [];
  private readonly parties = new Map<string, string>();
  private readonly running = new Set<Promise<void>>();
  private readonly waiting = new Map<string, Story[]>();
  private readonly busy = new Map<string, number>();
  private readonly hurry = new AbortController();
  private stopped = false;

  constructor(private readonly parts: DriverParts) {
    // Every pause of every story listens to it.
    setMaxListeners(0, this.hurry.signal);
  }

  /** Carries out commands one after the other; an unserved one is an error. */
  async ground(commands: readonly LoadCommand[]): Promise<void> {
    for (const command of commands)
      if ((await this.carryOut(command)) === undefined)
        throw new Error(`the ground of the load cannot be laid: ${this.failed.at(-1)?.why ?? command.key}`);
  }

  /** Starts stories at their times, until they are all told or `stop` is called. */
  async run(stories: readonly Story[]): Promise<void> {
    const started = performance.now();
    for (const story of stories) {
      const early = story.at - (performance.now() - started);
      if (early > 0) await this.pause(early);
      if (this.stopped) return;
      this.begin(story);
    }
  }

  /** Starts no story any more. */
  beginNoMore(): void {
    this.stopped = true;
    this.waiting.clear();
    this.hurry.abort();
  }

  /** Tells those stories to the end that were started, and repeats at once what was to be repeated later. */
  async stop(): Promise<void> {
    this.beginNoMore();
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** Requests that wait for their turn: more than a few are the sign of a stack that cannot keep up. */
  get backlog(): number {
    return [...this.waiting.values()].reduce((sum, stories) => sum + stories.length, 0);
  }

  partyId(reference: string): string | undefined {
    return this.parties.get(reference);
  }

  private begin(story: Story): void {
    const busy = this.busy.get(story.stream) ?? 0;
    if (busy >= AT_ONCE) {
      this.waiting.set(story.stream, [...(this.waiting.get(story.stream) ?? []), story]);
      return;
    }
    this.busy.set(story.stream, busy + 1);
    this.background(
      this.tell(story).finally(() => {
        this.busy.set(story.stream, (this.busy.get(story.stream) ?? 1) - 1);
        const next = this.waiting.get(story.stream)?.shift();
        if (next !== undefined) this.begin(next);
      }),
    );
  }

  private async tell(story: Story): Promise<void> {
    let readAfter: string | undefined;
    for (const command of story.commands) {
      if (command.pauseMs !== undefined) await this.pause(command.pauseMs);
      const answer = await this.carryOut(command, readAfter);
      if (answer === undefined) return;
      readAfter = answer.body.readAfter ?? readAfter;
    }
  }

  /** Sends a request and notes its answer; gives it where it is one to go on with. */
  async carryOut(command: LoadCommand, readAfter?: string): Promise<Answer | undefined> {
    const path = this.pathOf(command);
    if (path === undefined) return undefined;
    const request = {
      ...{ key: command.key, method: command.method, path },
      ...(command.body === undefined ? {} : { body: command.body }),
      ...(command.readsItsWrites === true && readAfter !== undefined ? { readAfter } : {}),
    };
    const answer = await this.parts.client.send(request);
    const served = this.note(command, answer);
    if (served && command.repeatAfterMs !== undefined && isDone(answer))
      this.background(this.repeat(command, path, answer));
    return served ? answer : undefined;
  }

  private note(command: LoadCommand, answer: Answer): boolean {
    const { body } = answer;
    this.learn(command, body);
    this.count(command, answer);
    const inOrder = body.code !== undefined && command.refusals?.includes(body.code) === true;
    const why = whyNotServed(answer);
    if (why === undefined) return true;
    if (inOrder) this.tally.refused(why);
    else {
      const { key, subject, method, path } = command;
      this.failed.push({ key, subject, request: `${method} ${path}`, status: answer.status, why });
    }
    return inOrder;
  }

  private count(command: LoadCommand, answer: Answer): void {
    const isRead = command.method === 'GET';
    const done = isDone(answer);
    const acknowledged = done && !isRead ? acknowledgedBy(command.service, answer.body) : [];
    this.tally.requests += 1;
    if (isRead) this.tally.reads += 1;
    else if (done) this.tally.acknowledgedCommands += 1;
    this.tally.acknowledgedItems += acknowledged.length;
    this.parts.onAnswer(command, answer, acknowledged);
  }

  private async repeat(command: LoadCommand, path: string, first: Answer): Promise<void> {
    await this.pause(command.repeatAfterMs ?? 0);
    const { key, method, body } = command;
    const again = await this.parts.client.send({ key, method, path, ...(body === undefined ? {} : { body }) });
    this.tally.repeats += 1;
    const difference = different(command, first, again);
    if (difference !== undefined) this.differences.push(difference);
  }

  /** Ids of registered people, by their references. */
  private learn({ path, body }: LoadCommand, answer: Answer['body']): void {
    if (path === '/v1/parties' && answer.id !== undefined) this.parties.set(referenceOf(body), answer.id);
    if (path !== '/v1/parties/batch') return;
    const { items } = body as { readonly items: readonly unknown[] };
    for (const { index, id } of answer.outcomes ?? [])
      if (id !== undefined) this.parties.set(referenceOf(items[index]), id);
  }

  /** The path with the ids of people; undefined when their registration was not served, which is noted already. */
  private pathOf({ path }: LoadCommand): string | undefined {
    const [hole, reference = ''] = /\{([^}]+)\}/.exec(path) ?? [];
    if (hole === undefined) return path;
    const id = this.parties.get(reference);
    return id === undefined ? undefined : path.replace(hole, id);
  }

  private background(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  private pause(ms: number): Promise<void> {
    return wait(ms, undefined, { signal: this.hurry.signal }).catch(() => undefined);
  }
}

const isDone = ({ status }: Answer): boolean => status >= 200 && status < 300;

const referenceOf = (body: unknown): string => (body as { readonly partyRef: string }).partyRef;

/** Of a whole request, or of the first part of it that was not done; nothing when all of it was. */
function whyNotServed(answer: Answer): string | undefined {
  const { status, body } = answer;
  const rejected = body.outcomes?.find((outcome) => outcome.status === 'rejected' || outcome.status === 'conflict');
  if (isDone(answer) && rejected === undefined) return undefined;
  return rejected?.problem?.code ?? body.code ?? answer.why ?? `status ${status}`;
}
