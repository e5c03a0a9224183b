import { dateOfDay, dayNumber, dormantCustomers } from '@crm/customer-models';
import { dateOf } from '../customer-features/features-at.js';
import { numberParameter, refuseOthers } from './model-parameters.js';
import type { ScoringModel } from './model.js';

/** The bands of silence of the report, by their first day. */
const BANDS: readonly number[] = [0, 31, 91, 181, 366];

/** Who has not bought for more than `days`. What activates them is the result of a campaign on them, against control. */
export const dormancyModel: ScoringModel = {
  name: 'dormancy',
  version: 'dormancy.1',
  needs: ['customers'],
  values: { state: 'text', silentDays: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, ['days']);
    return { days: numberParameter(asked, 'days', { otherwise: 180, least: 0, most: 36_500, whole: true }) };
  },
  score({ asOf, customers }, parameters) {
    const [date, days] = [dateOf(asOf), Number(parameters['days'])];
    const today = dayNumber(date);
    const summaries = customers.map(({ partyId, recencyDays }) => ({
      customer: partyId,
      lastDate: dateOfDay(today - recencyDays),
    }));
    const dormant = new Set(dormantCustomers({ date, days }, summaries).map(({ customer }) => customer));
    const scores = customers.map(({ partyId, recencyDays }) => ({
      partyId,
      values: { state: dormant.has(partyId) ? 'dormant' : 'active', silentDays: recencyDays },
      inputs: { recencyDays },
      class: '',
    }));
    const silence = BANDS.map((from, i) => {
      const until = BANDS[i + 1] ?? Infinity;
      const count = customers.filter(({ recencyDays }) => recencyDays >= from && recencyDays < until).length;
      return { fromDays: from, customers: count };
    });
    const report = { date, days, dormant: dormant.size, active: customers.length - dormant.size, silence };
    return { fit: { date, days }, scores, report, warnings: [] };
  },
  explains: ({ date, days }) => ({ date: date ?? null, days: days ?? null }),
};
