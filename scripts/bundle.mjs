// Makes the deployable folder of a service or of the command line: out/<name>, started with `node main.js`. It holds what was
// compiled and the production dependencies of that one workspace. Built-in modules only; what it takes must be installed and built.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closureOf } from './bundle/closure.mjs';
import { compiledIn, copyInstalled, copyWorkspace, writeJson } from './bundle/copy-package.mjs';
import { runQuietly } from './bootstrap/processes.mjs';

const NAMES = ['customer-information', 'marketing', 'sales', 'service', 'analytics', 'crm'];
const STAMP = '.bundle';

/** Makes the folders that are named, all of them when none is; answers with the exit status. */
export async function bundle(root, names) {
  const unknown = names.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`there is no ${unknown.join(', ')} to bundle; there are ${NAMES.join(', ')}\n`);
    return 1;
  }
  for (const name of names.length === 0 ? NAMES : names) {
    const status = await bundleOne(root, name);
    if (status !== 0) return status;
  }
  return 0;
}

async function bundleOne(root, name) {
  const folder = join(root, 'out', name);
  const packages = closureOf(root, `@crm/${name}`);
  const stamp = stampOf(root, packages);
  if (existsSync(join(folder, STAMP)) && readFileSync(join(folder, STAMP), 'utf8') === stamp) {
    process.stderr.write(`out/${name} is up to date\n`);
    return 0;
  }
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  for (const { path, from, workspace } of packages) {
    const copy = workspace ? copyWorkspace : copyInstalled;
    copy(join(root, from), join(draft, path));
  }
  writeRoot(draft, name, packages);
  const status = await runQuietly(`starting what was bundled of ${name}`, [process.execPath, 'main.js', '--help'], {
    cwd: draft,
  });
  if (status !== 0) return status;
  writeFileSync(join(draft, STAMP), stamp);
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  process.stderr.write(`out/${name}: ${packages.length} packages\n`);
  return 0;
}

function writeRoot(folder, name, packages) {
  const workspace = packages.find(({ path }) => path === `node_modules/@crm/${name}`);
  const { version } = workspace.entry;
  const dependencies = { [`@crm/${name}`]: version };
  const head = { name: `crm-${name}`, version };
  writeJson(join(folder, 'package.json'), { ...head, private: true, type: 'module', dependencies });
  writeJson(join(folder, 'package-lock.json'), {
    ...head,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { ...head, dependencies },
      ...Object.fromEntries(packages.map(({ path, entry }) => [path, locked(entry)])),
    },
  });
  writeFileSync(join(folder, 'main.js'), `import './node_modules/@crm/${name}/dist/main.js';\n`);
}

function locked({ devDependencies: _, ...entry }) {
  return entry;
}

/** Of everything that goes into the folder: packages by their checksum, what was compiled here by time and size. */
function stampOf(root, packages) {
  const hash = createHash('sha256').update(process.version);
  for (const { path, from, entry, workspace } of packages) {
    hash.update(`${path} ${entry.version} ${entry.integrity ?? ''}\n`);
    if (!workspace) continue;
    hash.update(readFileSync(join(root, from, 'package.json')));
    for (const file of compiledIn(join(root, from, 'dist'))) {
      const { size, mtimeMs } = statSync(join(root, from, 'dist', file));
      hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return `${hash.digest('hex')}\n`;
}
