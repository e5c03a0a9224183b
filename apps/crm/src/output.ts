import { SingleBar } from 'cli-progress';

export { fail, print } from '@crm/platform';

/** Progress of one step that may take long. */
export interface Progress {
  update(done: number, total: number): void;
  finish(text?: string): void;
}

const LINE_EVERY_MS = 2_000;

/** A bar on a terminal, a plain line every two seconds elsewhere; on standard error, so that results can be piped. */
export function progressOf(title: string): Progress {
  return process.stderr.isTTY ? bar(title) : lines(title);
}

function bar(title: string): Progress {
  const line = new SingleBar({
    format: `  ${title} {bar} {value}/{total}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update: (done, total) => {
      if (!started) line.start(total, done);
      else {
        line.setTotal(total);
        line.update(done);
      }
      started = true;
    },
    finish: () => {
      if (started) line.stop();
    },
  };
}

function lines(title: string): Progress {
  let last = performance.now();
  return {
    update: (done, total) => {
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      process.stderr.write(`  ${title}: ${String(done)} of ${String(total)}\n`);
    },
    finish: () => undefined,
  };
}

/** A table of text with columns padded to their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
