import { describe, expect, it } from '@jest/globals';
import { modelNamed } from './models.js';
import type { ModelParameters, Scoring } from './model.js';
import { versionOfRun } from './run-version.js';

function versionOf(name: string, asked: ModelParameters, fit: Scoring['fit'] = {}): string {
  const model = modelNamed(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return versionOfRun(model, { parameters: model.parametersOf(asked), fit });
}

const churnFit = (horizonDays: number, features: readonly string[], trainingSetId: string | null = null) => ({
  origin: { trainingSetId, horizonDays, trainedAt: '1997-06-30T23:59:59.999Z' },
  encoding: { features: features.map((name) => ({ kind: 'number', name })) },
});
const USUAL = ['occasions', 'recencyDays', 'tenureDays', 'revenue'];

describe('version of a run', () => {
  it('is the definition as long as all parameters are the usual ones', () => {
    expect(versionOf('rfm', {})).toBe('value-edges.1/ten-segments.1');
    expect(versionOf('bg-nbd', { weeks: 39 })).toBe('bg-nbd.1');
    expect(versionOf('bg-nbd', { variant: 'mbg-nbd' })).toBe('mbg-nbd.1');
    expect(versionOf('churn', {}, churnFit(90, USUAL))).toBe('logistic.1');
  });

  it('names the parameters that are not', () => {
    expect(versionOf('bg-nbd', { weeks: 1 })).toBe('bg-nbd.1/weeks=1');
    expect(versionOf('bg-nbd', { weeks: 1, variant: 'pareto-nbd' })).toBe('pareto-nbd.1/weeks=1');
    expect(versionOf('lifetime-value', { monthlyDiscount: 0.02, margin: 0.3 })).toMatch(
      /\/margin=0\.3,monthlyDiscount=0\.02$/,
    );
    expect(versionOf('churn', { features: ['revenue'] }, churnFit(90, ['revenue']))).toBe(
      'logistic.1/features=revenue',
    );
  });

  it('stays short when they are many', () => {
    const features = [...USUAL, 'meanRepeatValue'];
    expect(versionOf('churn', { features }, churnFit(90, features))).toMatch(/^logistic\.1\/[0-9a-f]{8}$/);
  });

  it('of churn is the same for a newer training set of the same features and horizon, in any order', () => {
    const asked = { trainingSetId: '01900000-0000-7000-8000-000000000001' };
    expect(versionOf('churn', asked, churnFit(90, [...USUAL].reverse(), asked.trainingSetId))).toBe('logistic.1');
    expect(versionOf('churn', asked, churnFit(30, USUAL, asked.trainingSetId))).toBe('logistic.1/horizonDays=30');
  });
});
