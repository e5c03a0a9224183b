import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateOfDay, dayNumber } from './calendar-days.js';
import { activation, dormantCustomers, type ContactedMember } from './dormancy.js';
import { summarisePurchases } from './purchase-summary.js';

const ann = { customer: 'ann', lastDate: '1997-03-01' };
const bob = { customer: 'bob', lastDate: '1997-03-31' };

describe('dormant customers', () => {
  it('bought last more than so many days before the date', () => {
    expect(dormantCustomers({ date: '1997-06-29', days: 90 }, [bob, ann])).toEqual([{ ...ann, silentDays: 120 }]);
    expect(dormantCustomers({ date: '1997-06-30', days: 90 }, [bob, ann])).toEqual([
      { ...ann, silentDays: 121 },
      { ...bob, silentDays: 91 },
    ]);
    expect(dormantCustomers({ date: '1997-06-30', days: 90 }, [])).toEqual([]);
  });

  it('are fewer, and the same ones, the more silence is asked for', () => {
    const gaps = fc.array(fc.nat(400), { maxLength: 50 });
    fc.assert(
      fc.property(gaps, fc.nat(200), fc.nat(200), (silences, days, more) => {
        const summaries = silences.map((silence, i) => ({
          customer: `${i}`,
          lastDate: dateOfDay(dayNumber('1998-06-30') - silence),
        }));
        const dormant = (n: number): readonly string[] =>
          dormantCustomers({ date: '1998-06-30', days: n }, summaries).map(({ customer }) => customer);
        expect(dormant(days)).toEqual(expect.arrayContaining([...dormant(days + more)]));
        expect(dormant(days)).toHaveLength(silences.filter((silence) => silence > days).length);
      }),
    );
  });

  it('come from summaries of the date, not of a later one', () => {
    expect(() => dormantCustomers({ date: '1997-03-15', days: 90 }, [ann, bob])).toThrow(
      expect.objectContaining({ code: 'invalid-history', message: expect.stringContaining('bob') }),
    );
    const lines = [
      { customer: 'bob', date: '1997-03-31', amount: 1 },
      { customer: 'bob', date: '1996-12-01', amount: 1 },
    ];
    const summaries = summarisePurchases(lines, '1997-03-15');
    expect(dormantCustomers({ date: '1997-03-15', days: 90 }, summaries)).toEqual([
      { customer: 'bob', lastDate: '1996-12-01', silentDays: 104 },
    ]);
  });

  it.each([-1, 1.5, NaN])('are not asked for by %d days', (days) => {
    expect(() => dormantCustomers({ date: '1997-03-15', days }, [])).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('days') }),
    );
  });
});

describe('activation', () => {
  const member = (customer: string, arm: string): ContactedMember => ({ customer, arm, contactDate: '1997-07-01' });
  const members = [member('ann', 'call'), member('bob', 'call'), member('cy', 'control'), member('dee', 'control')];
  const bought = (customer: string, date: string, amount = 10): { customer: string; date: string; amount: number } => ({
    customer,
    date,
    amount,
  });

  it('is a purchase on the days 1 to n after contact', () => {
    const purchases = [
      bought('ann', '1997-07-02'),
      bought('bob', '1997-07-01'),
      bought('bob', '1997-08-01'),
      bought('cy', '1997-07-31', 5),
      bought('cy', '1997-07-31', 5),
      bought('eve', '1997-07-02'),
    ];
    const { arms } = activation({ members, purchases, days: 30, control: 'control' });
    expect(arms).toEqual([
      { arm: 'call', members: 2, responses: 1, conversions: 1, revenueSum: 10, revenueSquaredSum: 100 },
      { arm: 'control', members: 2, responses: 1, conversions: 1, revenueSum: 10, revenueSquaredSum: 100 },
    ]);
  });

  it('is not a return, which takes its money back all the same', () => {
    const { arms } = activation({
      members,
      purchases: [bought('ann', '1997-07-02', -4)],
      days: 30,
      control: 'control',
    });
    expect(arms[0]).toMatchObject({ conversions: 0, revenueSum: -4 });
  });

  it('is judged against control as a campaign is', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => member(`${i}`, i % 2 === 0 ? 'call' : 'control'));
    const purchases = many
      .filter(({ arm }, i) => i % 20 < (arm === 'call' ? 6 : 2))
      .map(({ customer }) => bought(customer, '1997-07-05'));
    const { effects } = activation({ members: many, purchases, days: 30, control: 'control', minimumEffect: 0.05 });
    expect(effects.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['conversion', 'positive'],
      ['revenue-per-member', 'positive'],
    ]);
    expect(effects[0]!.effect).toBeCloseTo(0.3 - 0.1, 12);
  });

  it('cannot be measured with too few members', () => {
    const { effects } = activation({ members, purchases: [], days: 30, control: 'control', minimumEffect: 0.05 });
    expect(effects[0]).toMatchObject({ metric: 'conversion', verdict: 'not-measurable' });
  });

  it('refuses what it cannot judge', () => {
    const question = { members, purchases: [], days: 30, control: 'control' };
    const refusal = (code: string): unknown => expect.objectContaining({ code });
    expect(() => activation({ ...question, members: [...members, members[0]!] })).toThrow(refusal('invalid-counts'));
    expect(() => activation({ ...question, control: 'nobody' })).toThrow(refusal('unknown-control'));
    expect(() => activation({ ...question, days: 0 })).toThrow(refusal('invalid-value'));
    expect(() => activation({ ...question, purchases: [bought('ann', '1997-07-02', NaN)] })).toThrow(
      refusal('invalid-purchase'),
    );
    expect(() => activation({ ...question, purchases: [bought('ann', '2 July')] })).toThrow(refusal('invalid-date'));
  });
});
