import type { Answer } from './client.js';
import type { LoadCommand } from './command.js';

/** A command that was repeated under its key and answered otherwise. */
export interface Difference {
  readonly key: string;
  readonly subject: string;
  readonly first: string;
  readonly again: string;
}

/** Compares the answers to a command and to its repeat. `readAfter` may name more by then and is left out. */
export function different({ key, subject }: LoadCommand, first: Answer, again: Answer): Difference | undefined {
  const [was, is] = [told(first), told(again)];
  return was === is ? undefined : { key, subject, first: was, again: is };
}

function told({ status, body: { readAfter: _, ...body }, why }: Answer): string {
  return JSON.stringify({ status, body, ...(why === undefined ? {} : { why }) });
}
