const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\//g;
const BODIES = /\$([a-z_]*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'/gi;

const BREAKING: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'drops what it may still use',
    /\bDROP\s+(TABLE|COLUMN|VIEW|MATERIALIZED|TYPE|FUNCTION|PROCEDURE|SCHEMA|SEQUENCE)\b/i,
  ],
  ['drops a default that it may rely on', /\bDROP\s+DEFAULT\b/i],
  ['renames what it knows by the old name', /\bRENAME\b/i],
  ['changes the type of a column', /\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b/i],
  ['demands a value that it may not write', /\bSET\s+NOT\s+NULL\b/i],
  [
    'demands a new column that it does not know',
    /\bADD\s+(COLUMN\s+)?(?=[^,;]*\bNOT\s+NULL\b)(?![^,;]*\b(DEFAULT|GENERATED)\b)/i,
  ],
];

const TABLE = String.raw`(?:IF\s+NOT\s+EXISTS\s+|ONLY\s+|IF\s+EXISTS\s+)*(?<table>[\w."]+)`;
const MAKES_TABLE = new RegExp(String.raw`\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+${TABLE}`, 'gi');
/** Harmless on a table of the migration's own, which nobody writes to yet. */
const BREAKING_ON_OLD_TABLES: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'may refuse rows that it writes',
    new RegExp(String.raw`\bALTER\s+TABLE\s+${TABLE}\b[^;]*\bADD\s+CONSTRAINT\b`, 'i'),
  ],
  ['may refuse rows that it writes', new RegExp(String.raw`\bCREATE\s+UNIQUE\s+INDEX\b[^;]*?\bON\s+${TABLE}`, 'i')],
  [
    'acts on rows that it writes',
    new RegExp(String.raw`\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+)?TRIGGER\b[^;]*?\bON\s+${TABLE}`, 'i'),
  ],
];

/**
 * What a migration would do to instances of the previous version that run on while it is carried out, and after it until
 * the last of them is replaced. Functions' bodies are not looked into.
 */
export function breaksRunningVersion(sql: string): readonly string[] {
  const statements = sql.replace(BODIES, "''").replace(COMMENTS, ' ').split(';');
  const own = new Set([...sql.matchAll(MAKES_TABLE)].map(({ groups }) => groups?.['table']));
  const breaksOld = (pattern: RegExp): boolean =>
    statements.some((statement) => {
      const table = pattern.exec(statement)?.groups?.['table'];
      return table !== undefined && !own.has(table);
    });
  return [
    ...BREAKING.filter(([, pattern]) => statements.some((statement) => pattern.test(statement))),
    ...BREAKING_ON_OLD_TABLES.filter(([, pattern]) => breaksOld(pattern)),
  ].map(([what]) => what);
}
