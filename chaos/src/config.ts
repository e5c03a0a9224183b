import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where distributions put it. */
const FAKETIME = ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', ''].map(
  (folder) => `/usr/lib/${folder}faketime/libfaketime.so.1`,
);

/** What the harness takes from where it runs. */
export const config = {
  /** The command line of the product, as it is deployed. */
  crm: join(repository, 'out', 'crm', 'main.js'),
  /** What programs need that are started here. */
  environment: process.env as Readonly<Record<string, string>>,
  faketime: FAKETIME.find((file) => existsSync(file)),
} as const;
