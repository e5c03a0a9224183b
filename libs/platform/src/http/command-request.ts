import { deriveId, newId, Rejected, type TransactOptions } from '@crm/event-sourcing';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const PRINTABLE = /^[\x20-\x7e]{1,128}$/;
const VERSION = /^(?:W\/)?"(\d{1,9})"$|^(\d{1,9})$/;

/** How a command came over HTTP: its id from `Idempotency-Key`, the expected version from `If-Match`, the valid time from the body. */
export class CommandRequest {
  constructor(
    /** Derived from client, route and `Idempotency-Key`; undefined without the header. */
    readonly commandId: string | undefined,
    /** Keyed hash of the request's content. */
    readonly fingerprint: string,
    readonly expectedVersion: number | undefined,
    readonly occurredAt: string | undefined,
  ) {}

  /** Options of `store.transact`. */
  get options(): TransactOptions {
    return {
      ...(this.commandId === undefined ? {} : { commandId: this.commandId, fingerprint: this.fingerprint }),
      ...(this.expectedVersion === undefined ? {} : { expectedVersion: this.expectedVersion }),
      ...(this.occurredAt === undefined ? {} : { occurredAt: this.occurredAt }),
    };
  }

  /** The id of a thing that this command makes: the client's, else derived from the command, so that a repeat makes none anew. */
  idFor(clientGiven?: string, purpose = 'made'): string {
    if (clientGiven !== undefined) return clientGiven.toLowerCase();
    return this.commandId === undefined ? newId() : deriveId(purpose, this.commandId);
  }

  /** The command of one item of a batch. */
  item(index: number, occurredAt?: string): CommandRequest {
    const commandId = this.commandId === undefined ? undefined : deriveId('item', this.commandId, String(index));
    return new CommandRequest(commandId, this.fingerprint, undefined, occurredAt);
  }
}

/** Handler parameter: the command of this request. */
export const CommandHeaders = createParamDecorator((_: unknown, context: ExecutionContext): CommandRequest =>
  commandRequestOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Reads the command headers; `Rejected` with 400 when one is malformed. */
export function commandRequestOf(request: FastifyRequest): CommandRequest {
  const { params, query, body } = request;
  const content = isStream(body) ? { params, query } : { params, query, body };
  return new CommandRequest(
    commandIdOf(request),
    request.server.fingerprint(content),
    expectedVersionOf(request),
    occurredAtOf(body),
  );
}

function commandIdOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !PRINTABLE.test(key))
    throw new Rejected('idempotency-key-malformed', 'Use 1 to 128 printable characters', { status: 400 });
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  return deriveId('command', request.crm?.principal?.client ?? '', route, key);
}

function expectedVersionOf(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const [, quoted, plain] = VERSION.exec(header) ?? [];
  const version = quoted ?? plain;
  if (version === undefined) throw new Rejected('if-match-malformed', 'Send the version of the ETag', { status: 400 });
  return Number(version);
}

/** Only what the body's own check will let through; anything else never reaches a handler. */
function occurredAtOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('occurredAt' in body) || typeof body.occurredAt !== 'string')
    return undefined;
  const time = Date.parse(body.occurredAt);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}
