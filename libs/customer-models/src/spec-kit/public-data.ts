import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';
import type { PurchaseLine } from '../purchase-summary.js';

// Beside the repository: the data's licence does not let them into it.
const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = resolve(repository, process.env['CRM_DATA'] ?? '../shared/data');

/** `describe` of tests on a public data file, skipped by name when the file is not there. */
export function describeWith(file: string, title: string, tests: () => void): void {
  const there = existsSync(resolve(folder, file));
  const run = there ? describe : describe.skip;
  run(there ? title : `${title} (skipped: ${file} is missing, set CRM_DATA to its folder)`, tests);
}

/** Rows of a public data file without its header; none when it is missing. */
export function readRows(file: string): readonly string[] {
  const path = resolve(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1) : [];
}

/** Purchase lines of the CDNOW sample, amounts in cents. */
export function readCdnow(): readonly PurchaseLine[] {
  return readRows('cdnow_sample.csv').map((row) => {
    const [, customer = '', date = '', , dollars = ''] = row.split(',');
    return { customer, date: date.replace(/(....)(..)(..)/, '$1-$2-$3'), amount: Math.round(Number(dollars) * 100) };
  });
}
