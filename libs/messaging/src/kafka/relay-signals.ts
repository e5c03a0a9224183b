import type { ConsumerLogger } from '../signals.js';

/** What the relay has to tell, for metrics and alarms. */
export type RelaySignal =
  | { readonly kind: 'published'; readonly source: string; readonly events: number; readonly ms: number }
  | {
      readonly kind: 'republishing';
      readonly source: string;
      readonly lane: number;
      readonly because: 'broker-lost-events' | 'new-incarnation';
    }
  | { readonly kind: 'lane-given-up'; readonly source: string; readonly lane: number }
  | { readonly kind: 'relay-backing-off'; readonly source: string; readonly error: string; readonly ms: number };

/** Both ways out of the relay. */
export interface RelayReporting {
  readonly logger: ConsumerLogger;
  readonly observe: (signal: RelaySignal) => void;
}
