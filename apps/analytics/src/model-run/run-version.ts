import { createHash } from 'node:crypto';
import type { Json } from '@crm/event-sourcing';
import type { ModelParameters, Scoring, ScoringModel } from './model.js';

const LONGEST_LABEL = 40;
const HEX_DIGITS = 8;

/**
 * The version of a run: its definition, then what its settings are where they are not the defaults, as `bg-nbd.1/weeks=1`. Runs of
 * one version succeed each other; a run of another version is a challenger. Kept runs carry it, so the form never changes.
 */
export function versionOfRun(
  model: ScoringModel,
  { parameters, fit }: { readonly parameters: ModelParameters; readonly fit: Scoring['fit'] },
): string {
  const definition = model.versionOf?.(parameters) ?? model.version;
  const standard = model.parametersOf({});
  const label = Object.entries(model.settingsOf?.(parameters, fit) ?? parameters)
    .map(([name, value]) => ({ name, text: textOf(value), usual: textOf(standard[name] ?? null) }))
    .filter(({ text, usual }) => text !== usual)
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, text }) => `${name}=${text}`)
    .join(',');
  return label === '' ? definition : `${definition}/${label.length <= LONGEST_LABEL ? label : hashOf(label)}`;
}

/** The order of a list of names makes no other model. */
function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? (value as readonly Json[]).map(textOf).sort().join('+') : JSON.stringify(value);
}

function hashOf(label: string): string {
  return createHash('sha256').update(label).digest('hex').slice(0, HEX_DIGITS);
}
