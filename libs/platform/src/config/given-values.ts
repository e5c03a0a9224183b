import { accessSync, constants, readFileSync } from 'node:fs';
import type { TObject } from '@sinclair/typebox';
import type { ConfigFault } from './config.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the variables of a schema, as text. */
export interface GivenValues {
  readonly values: ReadonlyMap<string, string>;
  /** Variables whose value stands in a file that `<NAME>_FILE` names. */
  readonly fromFiles: ReadonlySet<string>;
  /** By the variable that cannot be had because of it. */
  readonly faults: ReadonlyMap<string, ConfigFault>;
}

/** Reads each variable, or the file that `<NAME>_FILE` names: so that a secret need not stand in the environment. */
export function givenValues(schema: TObject, env: Environment): GivenValues {
  const values = new Map<string, string>();
  const fromFiles = new Set<string>();
  const faults = new Map<string, ConfigFault>();
  for (const [name, property] of Object.entries(schema.properties)) {
    const variable = `${name}_FILE`;
    const file = variable in schema.properties ? undefined : textOf(env[variable]);
    let value = textOf(env[name]);
    if (file !== undefined) {
      const read = value === undefined ? textIn(file) : new Error(`is given beside ${name}`);
      if (read instanceof Error) faults.set(name, { variable, problem: read.message });
      else {
        fromFiles.add(name);
        value = read;
      }
    }
    if (value === undefined) continue;
    if (property['file'] === true && !isReadable(value))
      faults.set(name, { variable: name, problem: 'names a file that cannot be read' });
    values.set(name, value);
  }
  return { values, fromFiles, faults };
}

/** An empty variable counts as one that is not set. */
function textOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

function textIn(file: string): string | Error {
  try {
    return textOf(readFileSync(file, 'utf8')) ?? new Error('names an empty file');
  } catch {
    return new Error('names a file that cannot be read');
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
