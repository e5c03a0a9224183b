import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './processes.mjs';

/** The gate before the tests. Every step runs, also after one has failed, so that one run shows everything. */
export async function check(root) {
  const tool = (name, ...args) => [process.execPath, binaryOf(root, name), ...args];
  const steps = [
    ['format', tool('prettier', '--check', '--log-level', 'warn', '.')],
    ['types', tool('tsc', '-p', 'tsconfig.spec.json')],
    ['lint', tool('eslint', '--max-warnings', '0', '.')],
    ['boundaries', tool('depcruise', '--config', '.dependency-cruiser.mjs', 'libs', 'apps')],
    ['unused code', tool('knip', '--no-progress')],
    ['deployment', [process.execPath, join(root, 'scripts', 'check-deployment.mjs')]],
    ['links', [process.execPath, join(root, 'scripts', 'check-links.mjs')]],
  ];
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (scripts.generate) steps.push(['generated files', ['npm', 'run', '--silent', 'generate', '--', '--check']]);
  let failed = 0;
  for (const [title, line] of steps) {
    if ((await runQuietly(title, line, { cwd: root })) !== 0) failed += 1;
  }
  process.stderr.write(failed === 0 ? 'check passed\n' : `check failed in ${failed} of ${steps.length} steps\n`);
  return failed === 0 ? 0 : 1;
}

const PACKAGES = { tsc: 'typescript', depcruise: 'dependency-cruiser' };

function binaryOf(root, name) {
  const folder = join(root, 'node_modules', PACKAGES[name] ?? name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}
