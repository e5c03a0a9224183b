import type { RecordedEvent } from './event.js';

/** Lifts the data of one event type from one stored version to the next. Pure; runs on read, never rewrites history. */
export interface Upcaster {
  readonly type: string;
  readonly from: number;
  up(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** The chain of upcasters of a service. */
export class Upcasters {
  private readonly byType = new Map<string, Upcaster[]>();

  constructor(upcasters: readonly Upcaster[] = []) {
    for (const upcaster of upcasters) {
      const chain = this.byType.get(upcaster.type) ?? [];
      chain.push(upcaster);
      chain.sort((left, right) => left.from - right.from);
      this.byType.set(upcaster.type, chain);
    }
    for (const [type, chain] of this.byType) {
      chain.forEach((upcaster, index) => {
        if (upcaster.from !== index + 1)
          throw new Error(`upcasters of ${type} must run from version 1 without a gap; found ${String(upcaster.from)}`);
      });
    }
  }

  /** The version that new events of a type are stored with. */
  currentVersion(type: string): number {
    return 1 + (this.byType.get(type)?.length ?? 0);
  }

  upcast(event: RecordedEvent): RecordedEvent {
    const chain = this.byType.get(event.type);
    if (chain === undefined || event.schemaVersion > chain.length) return event;
    let data = event.data as Readonly<Record<string, unknown>>;
    for (const upcaster of chain.slice(event.schemaVersion - 1)) data = upcaster.up(data);
    return { ...event, data, schemaVersion: chain.length + 1 };
  }
}
