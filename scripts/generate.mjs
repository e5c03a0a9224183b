// Writes what is generated: the event documentation from the contracts, docs/errors.md from the services' problems.
// The contracts come first and build alone, since a contract may be changed before the services agree with it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runForeground } from './bootstrap/processes.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const compile = (project) => [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', join(root, project)];

const steps = [
  compile('libs/contracts'),
  [join(root, 'libs/contracts/dist/generate.js'), ...args],
  compile('apps/crm'),
  // Only contracts are released.
  [join(root, 'apps/crm/dist/generate-errors.js'), ...args.filter((arg) => arg !== '--release')],
];

for (const step of steps) {
  process.exitCode = await runForeground([process.execPath, ...step], { cwd: root });
  if (process.exitCode !== 0) break;
}
