import { SingleBar } from 'cli-progress';

/** How far the load is. */
export interface Progress {
  update(seconds: number, text: string): void;
  finish(): void;
}

const LINE_EVERY_SECONDS = 30;

/** A bar on a terminal, a line every half minute elsewhere; on standard error, so that results can be piped. */
export function progressOf(seconds: number, say: (line: string) => void): Progress {
  return process.stderr.isTTY ? bar(seconds) : lines(seconds, say);
}

function bar(seconds: number): Progress {
  const line = new SingleBar({
    format: '  load {bar} {value}/{total} s  {text}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  line.start(seconds, 0, { text: '' });
  return { update: (done, text) => line.update(done, { text }), finish: () => line.stop() };
}

function lines(seconds: number, say: (line: string) => void): Progress {
  let said = 0;
  return {
    update: (done, text) => {
      if (done - said < LINE_EVERY_SECONDS) return;
      said = done;
      say(`  ${done} of ${seconds} s: ${text}`);
    },
    finish: () => undefined,
  };
}
