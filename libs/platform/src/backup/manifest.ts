import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** The name of the file that says what a backup is. It is written last. */
export const MANIFEST = 'manifest.json';

const Positions = Type.Array(Type.String({ pattern: '^\\d+$' }));
const Table = Type.Object({
  schema: Type.String(),
  table: Type.String(),
  columns: Type.Array(Type.String()),
  rows: Type.Integer({ minimum: 0 }),
  /** Of the file as it is stored. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

export const manifestSchema = Type.Object({
  format: Type.Literal(1),
  service: Type.String(),
  incarnation: Type.String(),
  heads: Positions,
  /** Names of the migrations that the database had, in their order. */
  migrations: Type.Array(Type.String()),
  createdAt: Type.String(),
  tables: Type.Array(Table),
});

/** What a backup holds, and of what. */
export type Manifest = Static<typeof manifestSchema>;

/** One table of a backup. */
export type BackedUpTable = Static<typeof Table>;

/** Why something cannot be backed up or restored. */
export type RefusalReason =
  | 'not-a-backup'
  | 'unfinished'
  | 'damaged'
  | 'wrong-service'
  | 'newer'
  | 'not-empty'
  | 'in-use'
  | 'exists'
  | 'changing';

/** A backup or restore that was not carried out; nothing was changed, unless the message says so. */
export class BackupRefused extends Error {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
    this.name = 'BackupRefused';
  }
}

/** The file of a table within the backup's folder. */
export function fileOf({ schema, table }: Pick<BackedUpTable, 'schema' | 'table'>): string {
  return `${schema}.${table}.copy.gz`;
}

/** Reads what a folder is a backup of; throws `BackupRefused` when it is none, or not a whole one. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) {
    if (await isFolder(folder))
      throw new BackupRefused('unfinished', `${folder} has no ${MANIFEST}: the backup was not finished`);
    throw new BackupRefused('not-a-backup', `there is no backup at ${folder}`);
  }
  const manifest = parse(text);
  if (!Value.Check(manifestSchema, manifest))
    throw new BackupRefused('damaged', `${join(folder, MANIFEST)} is damaged, or of a format that is not known`);
  return manifest;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
