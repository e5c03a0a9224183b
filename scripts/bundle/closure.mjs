import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ path: string, from: string, entry: object, workspace: boolean }} Package `path`: in the bundle; `from`: in the workspace. */

/**
 * What a workspace needs at run time, by the lock file and nothing else: its own packages and those of others, each where
 * Node looks for it. Development dependencies are never followed.
 */
export function closureOf(root, workspaceName) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Map();
  const visit = (key) => {
    const entry = packages[key];
    if (entry.link) return visit(entry.resolved);
    if (found.has(key)) return;
    found.set(key, { path: bundledPath(key, packages), from: key, entry, workspace: isWorkspace(key) });
    for (const [name, isOptional] of neededBy(entry)) {
      const target = resolve(packages, key, name);
      if (target !== undefined && isInstalled(root, packages, target)) visit(target);
      else if (!isOptional) throw new Error(`${entry.name ?? key} needs ${name}, which is not installed`);
    }
  };
  visit(`node_modules/${workspaceName}`);
  return [...found.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** Types are of no use at run time, whoever lists them among what it needs. */
const hasCode = (name) => !name.startsWith('@types/');

const isWorkspace = (key) => !/(^|\/)node_modules\//.test(key);

/** Names of the packages that one needs, and whether it can do without. */
function neededBy({ dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const needed = new Map(
    Object.keys(dependencies)
      .filter(hasCode)
      .map((name) => [name, false]),
  );
  for (const name of Object.keys(peerDependencies)) {
    // One that is only used when it happens to be there: whoever wants it there depends on it.
    if (!peerDependenciesMeta[name]?.optional && !needed.has(name)) needed.set(name, false);
  }
  for (const name of Object.keys(optionalDependencies)) needed.set(name, true);
  return needed;
}

/** As Node resolves: in the package's own node_modules, then outwards. */
function resolve(packages, key, name) {
  for (let folder = key; ; folder = outwards(folder)) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (folder === '') return undefined;
  }
}

function outwards(folder) {
  const end = folder.lastIndexOf('/node_modules/');
  if (end >= 0) return folder.slice(0, end);
  return '';
}

function isInstalled(root, packages, key) {
  const { link, resolved } = packages[key];
  return existsSync(join(root, link ? resolved : key, 'package.json'));
}

/** A workspace stands in the bundle where the link to it stood, and what was nested in it with it. */
function bundledPath(key, packages) {
  const [workspace, ...nested] = key.split('/node_modules/');
  if (key.startsWith('node_modules/')) return key;
  return [`node_modules/${packages[workspace].name}`, ...nested].join('/node_modules/');
}
