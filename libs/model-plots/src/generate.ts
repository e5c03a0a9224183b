import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { draw } from './draw.js';
import { exampleCharts } from './examples.js';

const USAGE = `generate: docs/models/*.svg, one for each model, from simulated customers and published counts
  --check  writes nothing; exits 1 when a file differs`;

const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } });
const folder = join(import.meta.dirname, '../../../docs/models');

if (values.help === true) process.stdout.write(`${USAGE}\n`);
else await generate(values.check === true);

async function generate(check: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  let different = 0;
  for (const [name, chart] of exampleCharts()) {
    const svg = await draw(chart);
    const file = join(folder, `${name}.svg`);
    if (svg === (await readFile(file, 'utf8').catch(() => ''))) continue;
    different += 1;
    if (check) process.stderr.write(`docs/models/${name}.svg differs from its model: npm run generate\n`);
    else {
      await writeFile(file, svg);
      process.stdout.write(`docs/models/${name}.svg\n`);
    }
  }
  if (check) process.exitCode = different > 0 ? 1 : 0;
  if (check && different === 0) process.stdout.write('docs/models: all pictures agree with their models\n');
}
