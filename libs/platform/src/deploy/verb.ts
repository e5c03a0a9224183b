import { Argument, type Command } from 'commander';
import { ConfigInvalid } from '../config/config.js';
import type { ServiceDefinition } from '../service/service-definition.js';

/** Exit status of a command whose configuration is not valid; of every other failure it is 1. */
const CONFIG_INVALID = 2;

/** Writes a result: as JSON where asked for, else as the given text. */
export function print(json: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(value, undefined, 2) : text}\n`);
}

/** Says on standard error what went wrong, and sets the exit status of the process. */
export function fail(error: unknown): void {
  process.stderr.write(`crm: ${messageOf(error)}\n`);
  process.exitCode = error instanceof ConfigInvalid ? CONFIG_INVALID : 1;
}

/** With the cause, and with one of several: a connection that was tried on several addresses says nothing itself. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const because: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return [error.message, ...(because instanceof Error ? [messageOf(because)] : [])]
    .filter((text) => text !== '')
    .join(': ');
}

/**
 * A verb about one service. A command line that knows one service needs no name; one that knows several takes it as the
 * first argument.
 */
export function serviceVerb<Options>(
  definitions: readonly ServiceDefinition[],
  command: Command,
  work: (definition: ServiceDefinition, options: Options) => Promise<void>,
): Command {
  const [only, ...others] = definitions;
  if (only !== undefined && others.length === 0) return command.action((options: Options) => work(only, options));
  const names = definitions.map(({ name }) => name);
  return command
    .addArgument(new Argument('<service>', 'the service').choices(names))
    .action((service: string, options: Options) => {
      const definition = definitions.find(({ name }) => name === service);
      if (definition === undefined) throw new Error(`there is no service ${service}`);
      return work(definition, options);
    });
}
