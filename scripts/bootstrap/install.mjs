import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runQuietly } from './processes.mjs';

/** Installs what package-lock.json asks for, unless exactly that is installed already. */
export async function installDependencies(root) {
  if (isInstalled(root)) return;
  // No package needs its install script here: links of the database's libraries are set when it starts.
  const flags = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const status = await runQuietly('installing dependencies', [...npm(), 'ci', ...flags], {
    cwd: root,
    env: { ...process.env, ...cacheSettings(root) },
  });
  if (status !== 0) process.exit(status);
}

/** npm writes a list of what it has installed as its last act. */
function isInstalled(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (!installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = installed[path];
    if (!found) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity && found.resolved === entry.resolved;
  });
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

function npm() {
  const running = process.env.npm_execpath;
  return running && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm'];
}

// Where the home folder is missing or closed, npm would fail before it fetched anything.
function cacheSettings(root) {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  if (isWritable(cache)) return {};
  const own = join(root, '.crm', 'npm-cache');
  mkdirSync(own, { recursive: true });
  return { npm_config_cache: own };
}

function isWritable(folder) {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
