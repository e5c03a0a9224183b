import { activeTraceId, currentContext } from '@crm/event-sourcing';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { loggedError } from './error-serializer.js';

export type { Logger } from 'pino';

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'clientSecret',
  'token',
  'apiKey',
  'access_token',
  'client_secret',
];

export interface LoggerOptions {
  readonly service: string;
  /** `trace debug info warn error fatal silent`. Default: `info`. */
  readonly level?: string;
  readonly destination?: DestinationStream;
}

/** A structured logger: JSON lines with service, correlation id and the id of the running trace; secrets are censored, errors stripped of values. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    serializers: { err: loggedError, error: loggedError },
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => {
      const traceId = activeTraceId();
      return traceId === undefined ? {} : { traceId };
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Adds the correlation id of the running command to a logger's lines. */
export function inContext(logger: Logger): Logger {
  return logger.child({ correlationId: currentContext().correlationId });
}

/** Nest's own messages, through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, stackOrContext?: unknown): void {
    if (message instanceof Error) this.logger.error({ err: message }, 'nest error');
    else this.logger.error({ context: stackOrContext }, String(message));
  }

  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: unknown): void {
    this.logger.trace({ context }, String(message));
  }

  fatal(message: unknown, context?: unknown): void {
    this.logger.fatal({ context }, String(message));
  }
}
