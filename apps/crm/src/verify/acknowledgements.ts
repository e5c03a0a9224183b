import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ServiceName } from '@crm/contracts';
import { checked, type CheckResult } from './check.js';
import { poolOf, type Services } from './deployment.js';

/** A line of an acknowledgement file: a stream that a service answered for, and the version that it named. */
export interface Acknowledgement {
  readonly service: ServiceName;
  readonly id: string;
  readonly version: number;
}

const CHUNK = 5_000;
const MISSING = `SELECT a.id, a.version FROM unnest($1::uuid[], $2::int[]) AS a(id, version)
  WHERE a.version > 0 AND NOT EXISTS (SELECT FROM es.event e WHERE e.stream_id = a.id AND e.version = a.version)
     OR NOT EXISTS (SELECT FROM es.command_log c WHERE c.stream_id = a.id)
       AND NOT EXISTS (SELECT FROM es.event e WHERE e.stream_id = a.id)`;

/** 1: everything that was acknowledged is stored. */
export async function acknowledgedIsStored(services: Services, file: string | undefined): Promise<CheckResult> {
  const name = 'acknowledged commands are stored';
  if (file === undefined) return checked(1, name, 'not checked: no acknowledgements given', []);
  const breaches: string[] = [];
  let total = 0;
  for await (const [service, acks] of chunksOf(file)) {
    total += acks.length;
    const { rows } = await poolOf(services, service).query<Acknowledgement>(MISSING, [
      acks.map((ack) => ack.id),
      acks.map((ack) => ack.version),
    ]);
    breaches.push(...rows.map((row) => `${service} ${row.id} version ${String(row.version)}`));
  }
  return checked(1, name, `${String(total)} acknowledgements`, breaches);
}

async function* chunksOf(file: string): AsyncGenerator<readonly [ServiceName, readonly Acknowledgement[]]> {
  const chunks = new Map<ServiceName, Acknowledgement[]>();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const ack = parse(line);
    if (ack === undefined) continue;
    const chunk = chunks.get(ack.service) ?? [];
    chunk.push(ack);
    chunks.set(ack.service, chunk);
    if (chunk.length < CHUNK) continue;
    yield [ack.service, chunk];
    chunks.delete(ack.service);
  }
  yield* chunks;
}

/** The writer may have been killed in the middle of the last line: an unfinished line acknowledges nothing. */
function parse(line: string): Acknowledgement | undefined {
  try {
    return JSON.parse(line) as Acknowledgement;
  } catch {
    return undefined;
  }
}
