import type { Entry, FaultEntry, RequestEntry } from './journal.js';

/** A breach with what led to it, as far as the harness saw it. */
export interface History {
  readonly breach: string;
  readonly entries: readonly Entry[];
}

const AROUND_MS = 10_000;
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const isId = (name: string): boolean => name.match(ID)?.[0] === name;

/**
 * The shortest history that shows one of the breaches: the requests about what the breach names, and the faults during them or
 * shortly before. A breach that names nothing that was asked for is shown with the faults alone.
 */
export function shortestHistory(breaches: readonly string[], journal: readonly Entry[]): History | undefined {
  const histories = breaches.map((breach) => historyOf(breach, journal));
  const told = histories.filter(({ entries }) => entries.some(({ kind }) => kind === 'request'));
  const [shortest] = [...(told.length > 0 ? told : histories)].sort((a, b) => a.entries.length - b.entries.length);
  return shortest;
}

function historyOf(breach: string, journal: readonly Entry[]): History {
  const names = namesIn(breach, journal);
  const requests = journal.filter((entry): entry is RequestEntry => entry.kind === 'request' && isAbout(entry, names));
  const keys = new Set(requests.map(({ key }) => key));
  const attempts = journal.filter((entry) => entry.kind === 'attempt' && keys.has(entry.key));
  const faults = journal.filter((entry): entry is FaultEntry => entry.kind === 'fault');
  const near = requests.length === 0 ? faults : faultsDuring(faults, requests);
  const entries = [...requests, ...attempts, ...near].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { breach, entries };
}

/** Ids in the text of a breach, and keys and subjects of requests that it names. */
function namesIn(breach: string, journal: readonly Entry[]): ReadonlySet<string> {
  const names = new Set(breach.match(ID) ?? []);
  for (const entry of journal)
    if (entry.kind === 'request')
      for (const name of [entry.key, entry.subject]) if (breach.includes(`"${name}"`)) names.add(name);
  return names;
}

function isAbout({ key, subject, request, acknowledged = [] }: RequestEntry, names: ReadonlySet<string>): boolean {
  if (names.has(key) || names.has(subject)) return true;
  if (acknowledged.some(({ id }) => names.has(id))) return true;
  return [...names].some((name) => isId(name) && (subject.includes(name) || request.includes(name)));
}

function faultsDuring(faults: readonly FaultEntry[], requests: readonly RequestEntry[]): readonly FaultEntry[] {
  const begins = Math.min(...requests.map(({ at, ms }) => Date.parse(at) - ms)) - AROUND_MS;
  const ends = Math.max(...requests.map(({ at }) => Date.parse(at))) + AROUND_MS;
  const spans = new Map<number, { from: number; to: number }>();
  for (const { number, at, what } of faults) {
    const span = spans.get(number) ?? { from: Date.parse(at), to: Infinity };
    spans.set(number, what === 'began' ? span : { ...span, to: Date.parse(at) });
  }
  return faults.filter(({ number }) => {
    const span = spans.get(number);
    return span !== undefined && span.from <= ends && span.to >= begins;
  });
}

/** A history as lines of text. */
export function historyText({ breach, entries }: History): string {
  return [`  ${breach}`, ...entries.map((entry) => `    ${entry.at}  ${textOf(entry)}`)].join('\n');
}

function textOf(entry: Entry): string {
  switch (entry.kind) {
    case 'request': {
      const { key, request, status, code = '', attempts, acknowledged = [] } = entry;
      const ids = acknowledged.slice(0, 3).map(({ id, version }) => `${id} version ${version}`);
      const more = acknowledged.length > 3 ? [`and ${acknowledged.length - 3} more`] : [];
      return `"${key}" ${request}: ${[status, code].join(' ').trimEnd()} after ${attempts} tries ${[...ids, ...more].join(', ')}`.trimEnd();
    }
    case 'attempt':
      return `"${entry.key}" try ${entry.attempt}: ${entry.why}`;
    case 'fault':
      return `fault ${entry.number} ${entry.fault} of ${entry.target} ${entry.what}${entry.detail === undefined ? '' : `: ${entry.detail}`}`;
    case 'state':
      return `${entry.what} ${JSON.stringify(entry.value)}`;
  }
}
