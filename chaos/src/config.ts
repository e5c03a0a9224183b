import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What the harness takes from where it runs. */
export const config = {
  /** The command line of the product, as it is deployed. */
  crm: join(repository, 'out', 'crm', 'main.js'),
  /** What programs need that are started here. */
  environment: process.env as Readonly<Record<string, string>>,
  faketime: '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
} as const;
