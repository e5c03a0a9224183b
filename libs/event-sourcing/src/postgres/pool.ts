import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ = 1184;

type TypeParser = (text: string) => unknown;

/** From `2026-01-31 09:00:00.123456+00`, as a session in UTC writes it; parsing dates would be a good part of reading events. */
function isoOf(text: string): string {
  if (text[10] !== ' ' || !text.endsWith('+00')) return new Date(text).toISOString();
  const milliseconds = text.slice(20, -3).slice(0, 3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`;
}

// Positions outgrow a double, and events hold ISO strings: neither may pass through a lossy type.
const PARSERS = new Map<number, TypeParser>([
  [INT8, (text) => BigInt(text)],
  [INT8_ARRAY, (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt))],
  [TIMESTAMPTZ, isoOf],
]);

/** The driver's own table of parsers, with ours before it for text. */
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary'): TypeParser => {
  const ours = format === 'binary' ? undefined : PARSERS.get(oid);
  return ours ?? (pg.types.getTypeParser as (oid: number, format?: string) => TypeParser)(oid, format);
};

/** For a free connection, or a new one. */
const CONNECT_MS = 30_000;
const STATEMENT_MS = 120_000;
/** A server that is gone without a word never says that a statement took too long: so long after that nobody waits for it. */
const ANSWER_MS = 5_000;

/** A statement of a session that has lifted the limit of its statements: the answer is waited for as long as it takes. */
export function unhurried(text: string): { readonly text: string; readonly query_timeout: number } {
  return { text, query_timeout: 2 ** 31 - 1 };
}

export interface PoolOptions {
  readonly url: string;
  readonly max?: number;
  readonly applicationName?: string;
  /** Schemas in which unqualified tables are looked up. */
  readonly searchPath?: readonly string[];
  /** For sessions that lift the limit of their statements: an answer is waited for as long as it takes. */
  readonly patient?: boolean;
}

const searchPathOf = ({ searchPath }: PoolOptions): readonly string[] =>
  searchPath === undefined ? [] : [`-c search_path=${searchPath.join(',')}`];

/** A connection pool in which bigint is `bigint` and timestamptz an ISO 8601 string in UTC. A lost connection is told by the next query. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    ...(options.applicationName === undefined ? {} : { application_name: options.applicationName }),
    options: ['-c timezone=UTC', ...searchPathOf(options)].join(' '),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    ...(options.patient === true ? {} : { query_timeout: STATEMENT_MS + ANSWER_MS }),
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser: parserOf },
  });
  pool.on('error', () => undefined);
  // A client that is cut off inside a transaction tells its next query; unheard, its error event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
