import type { RunWarning } from '../model-run/model.js';
import type { Knowledge } from './training-rows.js';

/** By valid time nobody can tell what was filled in afterwards: who did not ask for it has to know. */
export function basisWarnings({
  basis,
  basisAsked,
  factsUsed,
  factsLate,
}: Omit<Knowledge, 'knownAt'>): readonly RunWarning[] {
  if (basisAsked || basis !== 'valid-time') return [];
  const facts = `${String(factsLate)} of ${String(factsUsed)} facts were recorded only after the prediction`;
  return [{ code: 'basis-guessed', message: `valid time was taken for the time of knowledge, since ${facts}` }];
}
