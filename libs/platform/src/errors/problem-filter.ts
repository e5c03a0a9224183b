import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { problemOf } from './problem.js';

/** The one place where errors become HTTP answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

/** Answers with the problem of an error, and logs it once when nobody expected it. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const { problem, retryAfter, unexpected } = problemOf(error, request.headers['if-match'] !== undefined);
  if (unexpected !== undefined)
    logger.error(
      { err: unexpected, route: request.routeOptions.url, correlationId: request.crm?.correlationId },
      'request failed',
    );
  request.problemCode = problem.code;
  if (reply.sent || reply.raw.headersSent) return;
  if (retryAfter !== undefined) reply.header('Retry-After', String(retryAfter));
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer');
  // As bytes, since Fastify adds a charset to text, which the media type does not have.
  reply
    .status(problem.status)
    .header('Content-Type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)));
}
