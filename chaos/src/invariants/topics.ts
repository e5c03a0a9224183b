import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SERVICES, type ServiceName } from '@crm/contracts';
import type { Databases } from '../observe/databases.js';
import { headsOf } from '../observe/lag.js';
import type { Check } from './check.js';
import { Positions } from './positions.js';

const LINE = /^(\d+) (.*)$/;
const POSITION = /(?:^|,)ce_position=(\d+)/;
const LANE = /(?:^|,)ce_lane=(\d+)/;
const INCARNATION = /(?:^|,)ce_incarnation=([^,]+)/;

/** 4: every topic holds every position of its service's log, in the partition of its lane: read by a client that is not ours. */
export async function topicsAreComplete(brokers: string, databases: Databases): Promise<Check> {
  const breaches: string[] = [];
  let messages = 0;
  let positions = 0;
  for (const service of SERVICES) {
    const [store] = await databases.rows<{ incarnation: string }>(service, 'SELECT incarnation FROM es.store');
    // Before the topic: what is appended while it is read may be on it or not.
    const heads = await headsOf(databases, service);
    const held = await readTopic(brokers, service, store?.incarnation ?? '');
    messages += held.messages;
    for (const [lane, head] of heads) {
      const last = held.lasts.get(lane) ?? 0;
      positions += last;
      if (last < head) breaches.push(`topic of ${service}, partition ${lane}: ends with position ${last} of ${head}`);
    }
    breaches.push(...held.astray);
  }
  const counted = `${positions} positions on topics in ${messages} messages`;
  return { invariant: 4, name: 'what is published is what was applied', counted, breaches };
}

interface Topic {
  readonly messages: number;
  /** Up to where each partition has every position of its lane. */
  readonly lasts: ReadonlyMap<number, number>;
  readonly astray: readonly string[];
}

async function readTopic(brokers: string, service: ServiceName, incarnation: string): Promise<Topic> {
  const positions = new Positions();
  let messages = 0;
  for await (const line of kcat(brokers, `crm.${service}.events.v1`)) {
    const [, partition = '', headers = ''] = LINE.exec(line) ?? [];
    const position = POSITION.exec(headers)?.[1];
    if (position === undefined) continue;
    messages += 1;
    // What was published before a restore stays on the topic.
    if (INCARNATION.exec(headers)?.[1] !== incarnation) continue;
    positions.add(Number(partition), Number(LANE.exec(headers)?.[1]), Number(position));
  }
  return { messages, lasts: positions.lasts, astray: positions.astray.map((what) => `topic of ${service}: ${what}`) };
}

async function* kcat(brokers: string, topic: string): AsyncGenerator<string> {
  const args = ['-C', '-b', brokers, '-t', topic, '-o', 'beginning', '-e', '-q', '-f', '%p %h\n'];
  const child = spawn('kcat', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', () => reject(new Error('kcat is not installed (Debian: apt-get install kcat)')));
    child.once('close', resolve);
  });
  ended.catch(() => undefined);
  yield* createInterface({ input: child.stdout });
  if ((await ended) !== 0) throw new Error(`kcat could not read ${topic}: ${errors.trim()}`);
}
