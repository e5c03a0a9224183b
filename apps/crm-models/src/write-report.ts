import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Cell, Report, ReportRows } from './report.js';

const CHUNK_CHARACTERS = 65_536;
const QUOTED = /[",\r\n]/;

/** Writes CSV with a header line, or JSON, piece by piece: a report may have a row for each of a million customers. */
export async function writeReport(report: Report, to: Writable, json: boolean): Promise<void> {
  let piece = '';
  for (const line of json ? jsonLines(report) : csvLines(report.rows)) {
    piece += line;
    if (piece.length < CHUNK_CHARACTERS) continue;
    if (!to.write(piece)) await once(to, 'drain');
    piece = '';
  }
  to.write(piece);
}

function* csvLines({ head, cells }: ReportRows): Generator<string> {
  yield `${head.map(csvCell).join(',')}\n`;
  for (const row of cells) yield `${row.map(csvCell).join(',')}\n`;
}

function csvCell(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text =
    cell === null || cell === undefined ? '' : typeof cell === 'object' ? cell.map(escaped).join('|') : String(cell);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An entry of a list: a | in it is none between entries. */
function escaped(entry: string): string {
  return entry.replace(/[\\|]/g, String.raw`\$&`);
}

function* jsonLines({ facts, rows }: Report): Generator<string> {
  const written = JSON.stringify(facts, undefined, 2);
  const { key, head, cells } = rows;
  if (key === undefined) {
    yield `${written}\n`;
    return;
  }
  const opened = written === '{}' ? '{' : `${written.slice(0, -2)},`;
  yield `${opened}\n  ${JSON.stringify(key)}: [`;
  let before = '\n    ';
  for (const row of cells) {
    yield before + JSON.stringify(Object.fromEntries(head.map((name, index) => [name, row[index] ?? null])));
    before = ',\n    ';
  }
  yield '\n  ]\n}\n';
}
