import { until } from './until.js';

/** An answer of a service. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The tests say what they expect of it.
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** Sends a request, and again as long as what it is to read after is not there yet: a busy machine may take longer than a client waits. */
export function requestUntilRead(url: string | URL, request: RequestInit): Promise<TestAnswer> {
  return until(async () => {
    const answer = await fetch(url, request);
    const text = await answer.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return isBehind(body) ? undefined : { status: answer.status, headers: answer.headers, body };
  });
}

const isBehind = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'code' in body && body.code === 'read-after-timeout';
