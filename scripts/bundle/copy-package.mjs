import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Nothing at run time reads them. */
const OF_NO_USE = /\.(ts|mts|cts|map|tsbuildinfo)$/;

/** A package from the registry as it was installed, without types and source maps; what is nested in it is copied by itself. */
export function copyInstalled(from, to) {
  copyTree(from, to, (name, isFolder) => (isFolder ? name !== 'node_modules' : !OF_NO_USE.test(name)));
}

/** A package of this workspace: what was compiled of the sources that are there, and what it depends on. */
export function copyWorkspace(from, to) {
  const { name, version, type, exports, dependencies } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const entries = Object.fromEntries(Object.entries(exports).map(([path, { default: file }]) => [path, file]));
  writeJson(join(to, 'package.json'), { name, version, private: true, type, exports: entries, dependencies });
  for (const file of compiledIn(join(from, 'dist'))) {
    if (existsSync(join(from, 'src', file.replace(/\.js$/, '.ts'))))
      copy(join(from, 'dist', file), join(to, 'dist', file));
  }
}

export function writeJson(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Compiled files by their path in the folder. */
export function compiledIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function copyTree(from, to, isWanted) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!isWanted(entry.name, entry.isDirectory())) continue;
    if (entry.isDirectory()) copyTree(join(from, entry.name), join(to, entry.name), isWanted);
    else if (entry.isFile()) copy(join(from, entry.name), join(to, entry.name));
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
}
