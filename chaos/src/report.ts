import type { History } from './history/shortest.js';
import { historyText } from './history/shortest.js';
import { lineOf, type Check } from './invariants/check.js';

/** What a run came to. */
export interface Report {
  readonly seed: number | string;
  readonly held: boolean;
  readonly checks: readonly Check[];
  /** What still moved when it should have come to rest. */
  readonly unrest?: string;
  readonly faults: Readonly<Record<string, number>>;
  readonly counts: Counts;
  /** Processes that ended by themselves and were started again. */
  readonly revived: Readonly<Record<string, number>>;
  /** Why clients had to try again, and how often. */
  readonly retried: Readonly<Record<string, number>>;
  /** Figures that a scenario is about. */
  readonly figures: Readonly<Record<string, string | number>>;
  readonly history?: History;
  readonly folder: string;
}

export interface Counts {
  readonly requests: number;
  readonly retries: number;
  readonly acknowledgedCommands: number;
  readonly acknowledgedItems: number;
  readonly events: number;
  readonly duplicatesDropped: number;
  readonly gapsFilled: number;
  readonly emails: number;
}

/** A report as lines of text: one for each invariant, then the figures; of a failure, the seed and what led to it. */
export function reportText(report: Report): string {
  const { checks, counts, faults, revived, retried, figures, unrest, seed } = report;
  const lines = [
    ...checks.map(lineOf),
    ...(unrest === undefined ? [] : [`    BROKEN  did not come to rest: ${unrest}`]),
    '',
    `faults      ${listed(faults)}`,
    `requests    ${counts.requests}, ${counts.retries} retries (${listed(retried)})`,
    `commands    ${counts.acknowledgedCommands} acknowledged, with ${counts.acknowledgedItems} streams`,
    `events      ${counts.events}, ${counts.duplicatesDropped} duplicates dropped, ${counts.gapsFilled} gaps filled`,
    `e-mails     ${counts.emails} taken by the mail server`,
    ...(Object.keys(revived).length === 0 ? [] : [`revived     ${listed(revived)}`]),
    ...Object.entries(figures).map(([name, value]) => `${name.padEnd(42)}${value}`),
  ];
  return report.held ? lines.join('\n') : [...lines, '', ...failureText(report, seed)].join('\n');
}

function failureText({ checks, history, folder }: Report, seed: number | string): readonly string[] {
  const broken = checks.filter(({ breaches }) => breaches.length > 0);
  return [
    `seed ${seed}: ${broken.length} broken`,
    ...broken.flatMap(({ name, breaches }) => [`  ${name}`, ...breaches.slice(0, 10).map((breach) => `    ${breach}`)]),
    ...(history === undefined ? [] : ['the shortest history that shows it', historyText(history)]),
    `everything is in ${folder}`,
  ];
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${count} ${name}`).join(', ');
}
