// Writes what is generated: the event documentation from the contracts, docs/errors.md from the services' problems,
// and docs/models/*.svg from the models. The contracts come first and build alone, since a contract may be changed before the services agree with it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runForeground } from './bootstrap/processes.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const compile = (project) => [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', join(root, project)];

// Only contracts are released.
const others = args.filter((arg) => arg !== '--release');

const steps = [
  compile('libs/contracts'),
  [join(root, 'libs/contracts/dist/generate.js'), ...args],
  compile('apps/crm'),
  [join(root, 'apps/crm/dist/generate-errors.js'), ...others],
  compile('libs/model-plots'),
  [join(root, 'libs/model-plots/dist/generate.js'), ...others],
];

for (const step of steps) {
  process.exitCode = await runForeground([process.execPath, ...step], { cwd: root });
  if (process.exitCode !== 0) break;
}
