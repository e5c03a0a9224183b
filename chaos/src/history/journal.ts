import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { ServiceName } from '@crm/contracts';

/** Something that happened in a run. Holds keys, ids and codes, never a personal value. */
export type Entry = RequestEntry | AttemptEntry | FaultEntry | StateEntry;

/** A request with its last answer. */
export interface RequestEntry {
  readonly kind: 'request';
  readonly at: string;
  readonly key: string;
  readonly subject: string;
  readonly service: ServiceName;
  readonly request: string;
  /** 0 when nobody answered as long as the client had patience. */
  readonly status: number;
  readonly code?: string;
  readonly attempts: number;
  readonly ms: number;
  /** Streams that the answer acknowledged. */
  readonly acknowledged?: readonly { readonly id: string; readonly version: number }[];
}

/** A try of a request that has to be repeated. */
export interface AttemptEntry {
  readonly kind: 'attempt';
  readonly at: string;
  readonly key: string;
  readonly attempt: number;
  readonly why: string;
}

export interface FaultEntry {
  readonly kind: 'fault';
  readonly at: string;
  readonly number: number;
  readonly fault: string;
  readonly target: string;
  readonly what: 'began' | 'ended' | 'failed';
  readonly detail?: string;
}

/** What the harness saw of the stack: lag, readiness, counters. */
export interface StateEntry {
  readonly kind: 'state';
  readonly at: string;
  readonly what: string;
  readonly value: unknown;
}

/** Everything of a run, one line each. */
export class Journal {
  private readonly file: WriteStream | undefined;
  readonly entries: Entry[] = [];

  /** Without a file it is kept in memory only. */
  constructor(file?: string) {
    this.file = file === undefined ? undefined : createWriteStream(file, { flags: 'a' });
  }

  add(entry: Entry): void {
    // States are many and never looked at again by a history.
    if (entry.kind !== 'state') this.entries.push(entry);
    this.file?.write(`${JSON.stringify(entry)}\n`);
  }

  async close(): Promise<void> {
    if (this.file === undefined) return;
    this.file.end();
    await once(this.file, 'close');
  }
}
