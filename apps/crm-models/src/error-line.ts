import { getSystemErrorMap } from 'node:util';

/** A line for standard error. A name from a file may have line ends in it: they are written as escapes. */
export function errorLine(text: string): string {
  return `crm-models: ${text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped)}\n`;
}

function escaped(character: string): string {
  if (character === '\n') return String.raw`\n`;
  return character === '\r' ? String.raw`\r` : String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Why the system refused to read or write. */
export function causeOf(error: unknown): string {
  const { errno, code, message } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? (code ?? message) : known[1];
}
