// Does every link of the documentation to another file lead somewhere? Ends with 1 and a list of those that do not.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LINK = /\]\((?<target>[^)\s]+)\)/g;
const CODE = /^```[\s\S]*?^```|`[^`\n]*`/gm;

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root })
  .toString()
  .split('\n')
  .filter((page) => page !== '' && existsSync(join(root, page)));

const broken = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').replace(CODE, '').matchAll(LINK)]
    .map(({ groups }) => groups.target)
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .filter((target) => !existsSync(join(root, dirname(page), decodeURI(target.split('#')[0]))))
    .map((target) => `${page}: there is no ${target}`),
);
for (const line of broken) process.stderr.write(`${line}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
