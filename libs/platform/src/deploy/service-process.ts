import type { Logger } from '../logging/logger.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { runService, type ServiceProcess } from './run-service.js';
import type { ServiceConfig } from './service-config.js';

/** Runs a service until the process is asked to end; does not return. A second signal ends it at once. */
export async function serveUntilSignalled(
  definition: ServiceDefinition,
  config: ServiceConfig,
  logger: Logger,
): Promise<never> {
  const die = (message: string) => (error: unknown) => {
    logger.fatal({ err: error }, message);
    process.exit(1);
  };
  process.on('uncaughtException', die('uncaught exception'));
  process.on('unhandledRejection', die('unhandled rejection'));
  const signalled = firstSignal(logger);
  const starting = runService(definition, config, {
    logger,
    onStuck: (what) => {
      logger.fatal({ what }, 'stuck: only a new process helps');
      process.exit(1);
    },
  });
  const service = await Promise.race([starting, signalled.then(() => undefined)]);
  if (service === undefined) {
    // Nothing is in hand yet that could be finished.
    logger.info('ended before it was started');
    return process.exit(0);
  }
  const { url, managementUrl } = service;
  logger.info({ url, managementUrl }, 'running');
  logger.info({ signal: await signalled }, 'stopping');
  return process.exit((await endsInTime(service, config, logger)) ? 0 : 1);
}

function firstSignal(logger: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        logger.warn({ signal }, 'asked again: ending at once');
        process.exit(1);
      }
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

async function endsInTime(
  service: ServiceProcess,
  { drainMs, shutdownMs }: ServiceConfig,
  logger: Logger,
): Promise<boolean> {
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), drainMs + shutdownMs).unref());
  if ((await Promise.race([service.stop(), late])) === 'late') {
    logger.error({ unfinished: service.step }, 'did not end in time');
    return false;
  }
  logger.info('stopped');
  return true;
}
