import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { normalise, wordsOf, type IndexKind } from './normalise.js';

const TOKEN_BYTES = 16;
const LONGEST_PREFIX = 20;

/**
 * Finds people by personal values without storing them: HMAC-SHA-256 under a key of the service, 16 bytes as base64url.
 * Tokens stay in this service's index rows; they never go into an event, a log or another service.
 */
export class BlindIndex {
  private readonly key: KeyObject;

  constructor(key: Uint8Array) {
    this.key = createSecretKey(key);
  }

  /** The token of a whole value: equal for all spellings of it. */
  exact(kind: IndexKind, value: string): string {
    return this.token(kind, normalise(kind, value));
  }

  /** Tokens to store for a name: one for each beginning of each of its words. */
  nameTokens(fullName: string): readonly string[] {
    return this.prefixTokens(wordsOf(fullName).flatMap((word) => prefixesOf(word)));
  }

  /** Tokens that a stored name must all have, so that each of the words typed begins one of its words, in any order. */
  nameQuery(words: string): readonly string[] {
    return this.prefixTokens(wordsOf(words).map((word) => Array.from(word).slice(0, LONGEST_PREFIX).join('')));
  }

  private prefixTokens(prefixes: readonly string[]): readonly string[] {
    return [...new Set(prefixes)].map((prefix) => this.token('name-prefix', prefix));
  }

  private token(purpose: string, text: string): string {
    return createHmac('sha256', this.key)
      .update(`${purpose}\0${text}`)
      .digest()
      .subarray(0, TOKEN_BYTES)
      .toString('base64url');
  }
}

function prefixesOf(word: string): readonly string[] {
  const letters = Array.from(word).slice(0, LONGEST_PREFIX);
  return letters.map((_, index) => letters.slice(0, index + 1).join(''));
}
