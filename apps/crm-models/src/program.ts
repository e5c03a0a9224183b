import { ModelDataError } from '@crm/customer-models';
import { Command, CommanderError } from 'commander';
import { errorLine } from './error-line.js';
import { DataFault, UsageFault } from './faults.js';
import { verbCommand, type Streams } from './verb-command.js';
import { VERBS } from './verbs.js';

const WELL = 0;
const BAD_DATA = 1;
const BAD_USAGE = 2;

/** Runs one command line; answers with the exit code. What is no fault of data or usage is thrown: it is ours. */
export async function run(args: readonly string[], streams: Streams): Promise<number> {
  try {
    await program(streams).parseAsync(args, { from: 'user' });
    return WELL;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? WELL : BAD_USAGE;
    const { code, lines } = explained(error);
    streams.stderr.write(lines.map(errorLine).join(''));
    return code;
  }
}

function program(streams: Streams): Command {
  const root = new Command('crm-models')
    .description('Models of customers, from CSV files to CSV or JSON')
    .addHelpText(
      'after',
      '\nExits with 1 when the data are at fault, with 2 when the command line is.\n\n' +
        'Example:\n  crm-models summary --input orders.csv | crm-models bg-nbd --predict 39',
    );
  const all = [root, ...VERBS.map((verb) => verbCommand(verb, streams))];
  for (const command of all) {
    command
      .exitOverride()
      .showHelpAfterError('(crm-models <verb> --help tells more)')
      .configureOutput({
        writeOut: (text) => streams.stdout.write(text),
        writeErr: (text) => streams.stderr.write(text),
        outputError: (text, write) => write(text.replace(/^error:/, 'crm-models:')),
      });
    if (command !== root) root.addCommand(command);
  }
  return root;
}

function explained(error: unknown): { readonly code: number; readonly lines: readonly string[] } {
  if (error instanceof UsageFault) return { code: BAD_USAGE, lines: [error.message] };
  if (error instanceof ModelDataError) return { code: BAD_DATA, lines: [`${error.code}: ${error.message}`] };
  if (error instanceof DataFault) return { code: BAD_DATA, lines: error.lines };
  throw error;
}
