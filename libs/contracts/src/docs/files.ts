import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PublishedSchema } from './json-schema.js';

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const readJson = (folder: string, prefix: string): ReadonlyMap<string, unknown> =>
  new Map(
    namesIn(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => [
        prefix + name.slice(0, -'.json'.length),
        JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown,
      ]),
  );

/** One event's data by type, from `<service>.<event>.v<n>.json`. */
export function readSamples(folder: string): ReadonlyMap<string, unknown> {
  return readJson(folder, 'crm.');
}

/** The frozen schemas by type, from `<type>.json`. */
export function readReleased(folder: string): ReadonlyMap<string, PublishedSchema> {
  return readJson(folder, '') as ReadonlyMap<string, PublishedSchema>;
}

/** Schemas of contracts that are gone. */
const strayFiles = (folder: string, artefacts: ReadonlyMap<string, string>): readonly string[] =>
  namesIn(join(folder, 'schemas'))
    .map((name) => `schemas/${name}`)
    .filter((path) => !artefacts.has(path));

/** Paths below the folder whose content is not what the contracts say. */
export function driftOf(folder: string, artefacts: ReadonlyMap<string, string>): readonly string[] {
  const changed = [...artefacts].filter(([path, text]) => textOf(join(folder, path)) !== text).map(([path]) => path);
  return [...changed, ...strayFiles(folder, artefacts)];
}

/** Brings the folder in line with the contracts; returns the paths that changed. */
export function writeArtefacts(folder: string, artefacts: ReadonlyMap<string, string>): readonly string[] {
  const drift = driftOf(folder, artefacts);
  for (const path of drift) {
    const text = artefacts.get(path);
    if (text === undefined) rmSync(join(folder, path));
    else {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  return drift;
}
