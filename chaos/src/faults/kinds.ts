/** What there is to break. */
export interface Topology {
  /** Instances of services, e.g. `marketing` and `marketing-2`. */
  readonly instances: readonly string[];
  /** Processes without state beside them: the gateway and the issuer of tokens. */
  readonly others: readonly string[];
  /** Whether processes can be given another clock. */
  readonly clocks: boolean;
}

/** A kind of fault: whom it may hit, and how long it lasts. */
export interface FaultKind {
  readonly targets: (topology: Topology) => readonly string[];
  readonly seconds: readonly [number, number];
  /** How often it is in the deck that faults are drawn from. */
  readonly often?: number;
}

const infrastructure = (name: string) => (): readonly string[] => [name];
const processes = ({ instances, others }: Topology): readonly string[] => [...instances, ...others];

/** The fault matrix. Restoring an older backup is not among them: it loses what was acknowledged, and comes by itself. */
export const FAULTS = {
  /** A process is gone without a word, and started again. */
  kill: { targets: processes, seconds: [1, 6], often: 4 },
  /** A process stands still and goes on as if nothing had been: a zombie. How long is a setting. */
  stop: { targets: (topology) => [...processes(topology), 'kafka', 'redis'], seconds: [60, 60], often: 2 },
  'broker-killed': { targets: infrastructure('kafka'), seconds: [4, 20] },
  'broker-slow': { targets: infrastructure('kafka'), seconds: [5, 15] },
  'broker-restarted': { targets: infrastructure('kafka'), seconds: [1, 2] },
  /** The broker comes back with nothing: no topic, no offset. */
  'broker-emptied': { targets: infrastructure('kafka'), seconds: [2, 4] },
  'postgres-killed': { targets: infrastructure('postgres'), seconds: [1, 4] },
  'postgres-stopped': { targets: infrastructure('postgres'), seconds: [1, 4] },
  'connections-reset': { targets: () => ['postgres', 'kafka', 'redis'], seconds: [1, 3], often: 2 },
  'pool-exhausted': { targets: infrastructure('postgres'), seconds: [5, 12] },
  'idle-transaction': { targets: infrastructure('postgres'), seconds: [10, 30] },
  'redis-killed': { targets: infrastructure('redis'), seconds: [2, 10] },
  'redis-flushed': { targets: infrastructure('redis'), seconds: [0, 1], often: 2 },
  /** An instance joins and leaves its groups again and again. */
  'rebalance-storm': {
    targets: ({ instances }) => instances.filter((name) => name.endsWith('-2')),
    seconds: [8, 20],
  },
  /** The service has done what it was asked, and the client does not hear of it. */
  'reply-dropped': { targets: infrastructure('gateway'), seconds: [3, 8], often: 3 },
  /** The mail server has taken the message, and the sender does not hear of it. */
  'smtp-cut': { targets: infrastructure('smtp'), seconds: [3, 10], often: 2 },
  'smtp-down': { targets: infrastructure('smtp'), seconds: [3, 10] },
  /** An instance runs an hour ahead or behind. */
  'clock-jump': { targets: ({ instances, clocks }) => (clocks ? instances : []), seconds: [8, 20] },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
