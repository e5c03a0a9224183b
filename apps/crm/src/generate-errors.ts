import 'reflect-metadata';
// Each service registers its problems when it is imported.
import '@crm/analytics';
import '@crm/customer-information';
import '@crm/marketing';
import '@crm/sales';
import '@crm/service';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateErrorsDoc } from '@crm/platform';

const USAGE = `generate-errors: docs/errors.md from the problems that all services register
  --check  writes nothing; exits 1 when the file differs`;

const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } });
const file = join(import.meta.dirname, '../../../docs/errors.md');

if (values.help === true) process.stdout.write(`${USAGE}\n`);
else await generate(values.check === true);

async function generate(check: boolean): Promise<void> {
  const text = generateErrorsDoc();
  if (text === (await readFile(file, 'utf8').catch(() => ''))) {
    if (check) process.stdout.write('docs/errors.md agrees with the registered problems\n');
  } else if (check) {
    process.stderr.write('docs/errors.md differs from the registered problems: npm run generate\n');
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    process.stdout.write('docs/errors.md\n');
  }
}
