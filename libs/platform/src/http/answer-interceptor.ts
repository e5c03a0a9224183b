import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { mergeMap, of, type Observable } from 'rxjs';
import { Answer, type LogPlace } from './answer.js';
import { formatReadAfter } from './read-after.js';

const CREATED_BY_DEFAULT = 201;

/** Writes `readAfter` tokens for places in this service's log. */
export class ReadAfterTokens {
  private known: Promise<string> | undefined;

  constructor(
    private readonly service: string,
    private readonly incarnation: () => Promise<string>,
  ) {}

  async of(places: readonly LogPlace[]): Promise<string> {
    this.known ??= this.incarnation();
    const incarnation = await this.known.catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return formatReadAfter(
      places.map(({ lane, position }) => ({ service: this.service, incarnation, lane, position })),
    );
  }
}

/**
 * Sends an `Answer` with its status, headers and `readAfter`. Any other result goes out as it is, with 200 also for POST,
 * unless the route says otherwise.
 */
export class AnswerInterceptor implements NestInterceptor {
  constructor(private readonly tokens: ReadAfterTokens) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { describe } = reply.routeOptions.config;
    if (reply.statusCode === CREATED_BY_DEFAULT) reply.status(describe?.status ?? 200);
    return next
      .handle()
      .pipe(mergeMap((result: unknown) => (result instanceof Answer ? this.send(result, reply) : of(result))));
  }

  private async send({ status, headers, body, places }: Answer, reply: FastifyReply): Promise<unknown> {
    reply.status(status).headers({ ...headers });
    return 'readAfter' in body ? body : { ...body, readAfter: await this.tokens.of(places) };
  }
}
