import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { associationRules } from '@crm/customer-models';

const ROUNDS = Number(process.argv[2] ?? 9);
const folder = process.env['CRM_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const QUESTIONS = [
  { support: 0.001, confidence: 0.8 },
  { support: 0.001, confidence: 0.5 },
  { support: 0.006, confidence: 0.25 },
  { support: 0.01, confidence: 0.5 },
];

function readBaskets(): readonly (readonly string[])[] {
  const baskets = new Map<string, string[]>();
  for (const row of readFileSync(`${folder}/groceries_lines.csv`, 'utf8').trimEnd().split(/\r?\n/).slice(1)) {
    const [basket = '', item = ''] = row.split(',');
    const items = baskets.get(basket);
    if (items === undefined) baskets.set(basket, [item]);
    else items.push(item);
  }
  return [...baskets.values()];
}

const baskets = readBaskets();
process.stdout.write(`association rules of ${String(baskets.length)} baskets, ${String(ROUNDS)} rounds\n\n`);
process.stdout.write('support  confidence  rules  first ms  median ms\n');
for (const question of QUESTIONS) {
  const times: number[] = [];
  let rules = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    rules = associationRules(baskets, question).rules.length;
    times.push(performance.now() - started);
  }
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  const cells = [String(question.support).padStart(7), String(question.confidence).padStart(10)];
  process.stdout.write(
    `${cells.join('  ')}  ${String(rules).padStart(5)}  ${first.toFixed(0).padStart(8)}  ${median.toFixed(0).padStart(9)}\n`,
  );
}
