/** What a fault proxy does with connections at the moment. */
export type FaultMode =
  | { readonly kind: 'pass' }
  /** Nobody listens, and open connections are reset. */
  | { readonly kind: 'refuse' }
  /** Connections are accepted and kept open; nothing goes through in either direction. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'slow'; readonly latencyMs?: number; readonly bytesPerSecond?: number }
  /**
   * The request goes through, and the connection is reset in the middle of its answer: the other side has done what it was
   * asked, and the client cannot know. Happens `times`, then everything passes again.
   */
  | {
      readonly kind: 'cut-reply';
      /** The request ends with these bytes; without, any bytes are a request. */
      readonly after?: string;
      /** Bytes of the answer that still reach the client. Default 0. */
      readonly passBytes?: number;
      /** Default 1. */
      readonly times?: number;
    };

export const PASS: FaultMode = { kind: 'pass' };
