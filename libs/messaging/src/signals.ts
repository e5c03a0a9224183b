/** What the runtime has to tell, for metrics and alarms. */
export type ConsumerSignal =
  | {
      readonly kind: 'handled';
      readonly consumer: string;
      readonly source: string;
      readonly events: number;
      readonly ms: number;
    }
  | { readonly kind: 'duplicates'; readonly consumer: string; readonly source: string; readonly events: number }
  | {
      readonly kind: 'gap';
      readonly consumer: string;
      readonly source: string;
      readonly lane: number;
      readonly events: number;
    }
  | { readonly kind: 'gap-remains'; readonly consumer: string; readonly source: string; readonly lane: number }
  | { readonly kind: 'backing-off'; readonly consumer: string; readonly error: string; readonly ms: number }
  | { readonly kind: 'dead-letter'; readonly consumer: string; readonly source: string; readonly fingerprint: string }
  | { readonly kind: 'incarnation-changed'; readonly consumer: string; readonly source: string };

/** Where the runtime writes what an operator should see; fields hold no value of an event. A pino logger fits. */
export interface ConsumerLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Both ways out of the runtime. */
export interface Reporting {
  readonly logger: ConsumerLogger;
  readonly observe: (signal: ConsumerSignal) => void;
}

export const silentLogger: ConsumerLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };
