import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { Command, InvalidArgumentError, Option as Flag } from 'commander';
import { errorLine } from './error-line.js';
import { UsageFault } from './faults.js';
import type { Option } from './options.js';
import { sourceOf } from './reading/records.js';
import type { Verb } from './verb.js';
import { writeReport } from './write-report.js';

/** What a command reads and writes besides files. */
export interface Streams {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface CommonOptions {
  readonly input?: readonly string[];
  readonly map?: readonly string[];
  readonly json?: boolean;
}

export function verbCommand(verb: Verb, { stdin, stdout, stderr }: Streams): Command {
  const command = new Command(verb.name)
    .description(verb.about)
    .option('--input <file...>', 'CSV files with a header line; - or none: standard input')
    .option('--map <column=name>', 'names the column of the file that is meant (repeatable)', collect)
    .option('--json', 'prints JSON instead of CSV')
    .addHelpText('after', helpText(verb));
  for (const [name, option] of Object.entries(verb.options)) command.addOption(flagOf(name, option));
  return command.action(async (options: CommonOptions & Record<string, unknown>) => {
    const sources = distinct(options.input ?? ['-']).map((file) => sourceOf(file, stdin));
    const report = await verb.report({ sources, rename: renameOf(options.map ?? []), options });
    for (const warning of report.warnings ?? []) stderr.write(errorLine(`warning: ${warning}`));
    await writeReport(report, stdout, options.json === true);
  });
}

/** Records that are read twice would count twice. */
function distinct(files: readonly string[]): readonly string[] {
  const known = new Set<string>();
  for (const file of files) {
    if (file === '') throw new UsageFault('--input has a name that is empty');
    const path = file === '-' ? file : resolve(file);
    if (known.has(path)) throw new UsageFault(`--input has ${file === '-' ? 'standard input' : file} twice`);
    known.add(path);
  }
  return files;
}

function flagOf(name: string, { placeholder, about, read, fallback, required }: Option<unknown>): Flag {
  const long = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const flag = new Flag(`--${long} <${placeholder}>`, about).argParser((text: string) => {
    try {
      return read(text);
    } catch (error) {
      if (error instanceof UsageFault) throw new InvalidArgumentError(error.message);
      throw error;
    }
  });
  if (fallback !== undefined) flag.default(fallback);
  return flag.makeOptionMandatory(required === true);
}

function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

function renameOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1 || at === pair.length - 1) throw new UsageFault(`--map takes column=name, not ${pair}`);
      return [pair.slice(at + 1), pair.slice(0, at)];
    }),
  );
}

function helpText({ columns, columnsAbout, keys, example }: Verb): string {
  const columnLines = Object.entries(columns).map(
    ([name, { about, optional }]) => [name, optional === true ? `${about} (optional column)` : about] as const,
  );
  const parts = [
    columnsAbout === undefined ? '' : `Columns of the input:\n  ${columnsAbout}`,
    columnLines.length > 0 ? `Columns of the input:\n${aligned(columnLines)}` : '',
    `Output:\n${aligned(Object.entries(keys))}`,
    `Example:\n  ${example.replaceAll('\n', '\n  ')}`,
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}`;
}

function aligned(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}
