import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackLayout } from './layout.js';

/** Where a secret of the stack lies. */
export function secretFile({ secrets }: StackLayout, name: string): string {
  return join(secrets, name);
}

/** Writes a secret for its owner alone. */
export function writeSecret(layout: StackLayout, name: string, value: string): void {
  const file = secretFile(layout, name);
  writeFileSync(`${file}.draft`, `${value}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.draft`, file);
}

/** Makes a random secret once; it stays as long as the stack's data. */
export function ensureSecret(layout: StackLayout, name: string): void {
  if (!existsSync(secretFile(layout, name))) writeSecret(layout, name, randomBytes(32).toString('base64url'));
}
