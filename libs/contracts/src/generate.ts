import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brokenPromises } from './compatibility/released.js';
import { artefactsOf, json } from './docs/artefacts.js';
import { driftOf, readReleased, readSamples, writeArtefacts } from './docs/files.js';
import { jsonSchemaOf } from './docs/json-schema.js';
import { contracts } from './registry.js';

const USAGE = `generate: docs/schemas, docs/asyncapi.json and docs/events.md from the contracts
  --check    writes nothing; exits 1 when a generated file differs or a released version is broken
  --release  freezes contracts that are not frozen yet, and fields that were added since, in libs/contracts/released`;

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, release: { type: 'boolean' }, help: { type: 'boolean' } },
});

const library = join(import.meta.dirname, '..');
const docs = join(library, '../../docs');
const release = join(library, 'released');
const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as { version: string };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function run(): readonly string[] {
  const current = new Map(contracts.map((contract) => [contract.type, jsonSchemaOf(contract)]));
  const broken = brokenPromises(readReleased(release), current);
  if (broken.length > 0) return broken;
  const artefacts = artefactsOf(contracts, readSamples(join(library, 'samples')), version);
  if (values.check === true)
    return driftOf(docs, artefacts).map((path) => `docs/${path} differs from the contracts: npm run generate`);
  for (const path of writeArtefacts(docs, artefacts)) say(`docs/${path}`);
  if (values.release === true) {
    const frozen = new Map([...current].map(([type, schema]) => [`${type}.json`, json(schema)]));
    for (const path of writeArtefacts(release, frozen)) say(`libs/contracts/released/${path}`);
  }
  return [];
}

if (values.help === true) say(USAGE);
else {
  const faults = run();
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
  if (faults.length === 0 && values.check === true)
    say(`${String(contracts.length)} contracts: generated files and released versions agree`);
}
