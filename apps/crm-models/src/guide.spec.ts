import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runVerb } from './spec-kit/run-verb.js';
import { VERBS } from './verbs.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const guide = readFileSync(`${root}docs/guides/analyse-files.md`, 'utf8');
const examples = guide.split('\n').filter((line) => line.startsWith('npx crm-models') && !line.includes('<verb>'));

/** Jest's sandbox makes this fit a minute long; program.spec.ts runs it in a process. */
const inSandbox = examples.filter((example) => !example.includes('pareto-nbd'));

const argumentsOf = (command: string): readonly string[] =>
  command
    .trim()
    .split(/\s+/)
    .slice(2)
    .map((word) => (word.startsWith('samples/') ? root + word : word));

describe('the guide to analysing files', () => {
  it.each(inSandbox)('has an example that runs: %s', async (example) => {
    let input = '';
    for (const command of example.split(' | ')) {
      const { code, out, err } = await runVerb(argumentsOf(command), input);
      expect([code, err]).toEqual([0, '']);
      input = out;
    }
    expect(input.split('\n').length).toBeGreaterThan(3);
  });

  it.each(VERBS.map(({ name }) => name))('has a section and an example of %s', (name) => {
    expect(guide).toMatch(new RegExp(`^## .*\\b${name}\\b`, 'm'));
    expect(
      examples.some((example) => example.includes(`crm-models ${name} `) || example.endsWith(`crm-models ${name}`)),
    ).toBe(true);
  });

  it.each(VERBS.map((verb) => [verb.name, verb] as const))('names the options of %s', (_, { name, options }) => {
    const section = guide.split(/^## /m).find((part) => part.split('\n')[0]?.includes(name)) ?? '';
    for (const option of Object.keys(options))
      expect(section).toContain(`--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  });
});
