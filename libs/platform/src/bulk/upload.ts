import { Rejected } from '@crm/event-sourcing';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { commandRequestOf, type CommandRequest } from '../http/command-request.js';

/** The body of an import, not yet read. */
export interface ImportUpload {
  readonly format: 'ndjson' | 'csv';
  readonly stream: Readable;
  readonly command: CommandRequest;
}

/** Handler parameter: the body of an import as a stream. */
export const Upload = createParamDecorator((_: unknown, context: ExecutionContext): ImportUpload =>
  uploadOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function uploadOf(request: FastifyRequest): ImportUpload {
  const { body, headers } = request;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!(body instanceof Readable) || encoding !== 'identity')
    throw new Rejected('media-type-unsupported', 'Send application/x-ndjson or text/csv, not compressed', {
      status: 415,
    });
  const format = /^text\/csv\b/i.test(headers['content-type'] ?? '') ? 'csv' : 'ndjson';
  return { format, stream: body, command: commandRequestOf(request) };
}

/** The client went away before the end of its import. */
export class UploadBroken extends Error {
  constructor() {
    super('the client went away before the end of the import');
    this.name = 'UploadBroken';
  }
}

/** Reads an upload and hashes it on the way. Leaves the connection open when the reader stops early, so that it can be answered. */
export class HashedUpload implements AsyncIterable<Buffer> {
  private readonly hash: ReturnType<typeof createHmac>;

  constructor(private readonly upload: ImportUpload) {
    this.hash = createHmac('sha256', upload.command.fingerprint);
  }

  /** Hash of everything read. */
  digest(): string {
    return this.hash.digest('base64url');
  }

  /** Reads to the end, for the hash alone. */
  async drain(): Promise<void> {
    const chunks = this[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const { stream } = this.upload;
    const chunks = (stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await chunks.next().catch(broken);
        if (next.done === true) return;
        this.hash.update(next.value);
        yield next.value;
      }
    } finally {
      // What a refused client still sends is thrown away; otherwise it would never come to read the answer.
      await chunks.return?.();
      stream.resume();
    }
  }
}

function broken(): never {
  throw new UploadBroken();
}
