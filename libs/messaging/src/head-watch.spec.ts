import type { LanePositions } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { HeadWatch, type WatchedLog } from './head-watch.js';

/** A log whose head moves on command, with or without telling so. */
class MovingLog implements WatchedLog {
  head = 0n;
  polls = 0;
  broken = false;
  private readonly listeners = new Set<() => void>();

  heads(): Promise<LanePositions> {
    this.polls += 1;
    return this.broken ? Promise.reject(new Error('no connection')) : Promise.resolve([this.head]);
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  get isWatched(): boolean {
    return this.listeners.size > 0;
  }
}

describe('watching heads', () => {
  it('polls once for all who watch, and tells them what it saw', async () => {
    const log = new MovingLog();
    const watch = new HeadWatch(log, 20);
    const seen: LanePositions[][] = [[], []];
    const ends = seen.map((heads) => watch.watch((head) => heads.push(head)));
    await until(() => seen.every((heads) => heads.length === 1));
    log.head = 5n;
    await until(() => seen.every((heads) => heads.at(-1)?.[0] === 5n));
    expect(log.polls).toBeLessThanOrEqual(6);
    for (const end of ends) end();
    expect(log.isWatched).toBe(false);
  });

  it('is woken by appends of its process before the next poll', async () => {
    const log = new MovingLog();
    const watch = new HeadWatch(log, 60_000);
    let head = -1n;
    const end = watch.watch((heads) => (head = heads[0] ?? 0n));
    await until(() => head === 0n);
    log.head = 1n;
    for (let append = 0; append < 1_000; append++) log.tell();
    await until(() => head === 1n);
    expect(log.polls).toBeLessThanOrEqual(4);
    end();
  });

  it('goes on when the log can be reached again', async () => {
    const log = new MovingLog();
    log.broken = true;
    const watch = new HeadWatch(log, 10);
    let head = -1n;
    const end = watch.watch((heads) => (head = heads[0] ?? 0n));
    await until(() => log.polls === 1);
    log.broken = false;
    await until(() => head === 0n);
    end();
  });
});
