// Runs a command of the workspace on a machine that has nothing but Node and npm: installs and builds what is missing.
// Built-in modules only, since nothing may be installed yet.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from './bootstrap/check.mjs';
import { installDependencies } from './bootstrap/install.mjs';
import { runForeground, runQuietly } from './bootstrap/processes.mjs';
import { bundle } from './bundle.mjs';

const OLDEST_NODE = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const COMMANDS = {
  demo: (args) => crm(['demo', ...args]),
  crm: (args) => crm(args),
  // A part of the tests covers a part of the deciders, so coverage belongs to the whole run.
  test: (args) => jest(['unit', 'int', 'e2e', 'distributed'], selects(args) ? args : [...args, '--coverage']),
  'test:slow': (args) => jest(['slow'], args),
  check: () => check(root),
  bundle: (args) => bundle(root, args),
  'stack:up': (args) => stack('up', args),
  'stack:status': (args) => stack('status', args),
  'stack:down': (args) => stack('down', args),
  chaos: (args) => chaos(args),
};
/** What looks at a running stack, or stops it, changes nothing of what it was built from. */
const AS_BUILT = ['stack:status', 'stack:down'];

requireNode();
const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  fail(`Usage: node scripts/bootstrap.mjs <${Object.keys(COMMANDS).join('|')}> [arguments]`);
}
if (!AS_BUILT.includes(name) || !existsSync(join(root, 'libs', 'local-stack', 'dist', 'index.js'))) {
  await installDependencies(root);
  await build();
}
process.exitCode = await command(args);

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`This needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.`);
}

async function build() {
  const nx = join(root, 'node_modules', 'nx');
  const { bin } = JSON.parse(readFileSync(join(nx, 'package.json'), 'utf8'));
  const status = await runQuietly('building', [process.execPath, join(nx, bin.nx), 'run-many', '-t', 'build'], {
    cwd: root,
    env: {
      ...process.env,
      NX_DAEMON: 'false',
      NX_NO_CLOUD: 'true',
      NX_TUI: 'false',
      NX_INTERACTIVE: 'false',
      NX_SKIP_NATIVE_FILE_CACHE: 'true',
    },
  });
  if (status !== 0) process.exit(status);
}

async function crm(args) {
  // npm runs scripts in the workspace's folder; file names on the command line are relative to where the caller is.
  const cwd = process.env.npm_lifecycle_event && process.env.INIT_CWD ? process.env.INIT_CWD : process.cwd();
  const main = join(root, 'apps', 'crm', 'dist', 'main.js');
  return runForeground([process.execPath, main, ...args], { cwd: existsSync(cwd) ? cwd : root });
}

async function stack(verb, args) {
  return runForeground([process.execPath, join(root, 'scripts', 'stack.mjs'), verb, ...args], { cwd: root });
}

async function chaos(args) {
  // What is broken is what is deployed.
  const status = args.includes('--help') ? 0 : await bundle(root, []);
  if (status !== 0) return status;
  return runForeground([process.execPath, join(root, 'chaos', 'dist', 'main.js'), ...args], { cwd: root });
}

// A pattern or a filter among the arguments of Jest; the report options of a whole run are none.
function selects(args) {
  return args.some((arg) => !arg.startsWith('--json') && !arg.startsWith('--outputFile'));
}

async function jest(projects, args) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const binary = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const line = [process.execPath, ...flags, binary, ...args, '--selectProjects', ...projects];
  return runForeground(line, { cwd: root });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
