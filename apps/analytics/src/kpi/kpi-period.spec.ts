import { describe, expect, it } from '@jest/globals';
import { periodOf } from './kpi-period.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('the period of key figures', () => {
  it('is followed back by one of the same length', () => {
    expect(periodOf({ from: '2024-02-29', to: '2024-03-01' }, NOW)).toEqual({
      from: '2024-02-29',
      to: '2024-03-01',
      previous: { from: '2024-02-27', to: '2024-02-28' },
    });
  });

  it('is the 30 days until today when nobody says', () => {
    expect(periodOf({ from: '' }, NOW)).toMatchObject({ from: '2026-01-31', to: '2026-03-01' });
    expect(periodOf({ to: '2026-01-30' }, NOW)).toMatchObject({ from: '2026-01-01' });
  });

  it.each([
    [{ from: '2026-02-30' }, '/from'],
    [{ to: ['2026-02-01'] }, '/to'],
    [{ from: '2026-02-02', to: '2026-02-01' }, '/to'],
    [{ from: '1899-12-31', to: '1900-01-01' }, '/from'],
    [{ from: '1990-01-01', to: '2026-02-01' }, '/from'],
  ])('is not %j', (query, pointer) => {
    expect(() => periodOf(query, NOW)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }) }),
    );
  });
});
