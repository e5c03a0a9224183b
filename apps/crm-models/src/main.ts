import { createReadStream, fstatSync } from 'node:fs';
import { causeOf, errorLine } from './error-line.js';
import { run } from './program.js';

const STANDARD_INPUT = 0;

// The reader of a pipe may have seen enough: `crm-models … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(errorLine(`standard output: cannot be written: ${causeOf(error)}`));
  process.exit(1);
});
// Nobody hears it then; the exit code still tells.
process.stderr.on('error', () => undefined);

const { stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { stdin: standardInput(), stdout, stderr });

/** Node takes a folder for standard input that is empty; read as a file it is an error. */
function standardInput(): AsyncIterable<Uint8Array> {
  return fstatSync(STANDARD_INPUT).isDirectory() ? createReadStream('', { fd: STANDARD_INPUT }) : process.stdin;
}
