import { CDNOW_PARAMETERS, keyedRandom, simulateCustomer } from '@crm/customer-models';
import {
  EMAIL_SENT_AT,
  noonOf,
  type DataSet,
  type DrawnMember,
  type OrderLine,
  type Truth,
  type WaveLine,
} from './data-set.js';

const SEED = 'closed-loop';
const CUSTOMERS = 2_357;
const CALIBRATION_DAY = '1997-09-30';
const LAST_DAY = '1998-06-30';
/** A treated member without an own order in the window gets one with this probability. */
const PERSUADED = 0.34;

/** A tenth of what was published for Hillstrom's e-mail test. */
const EMAIL_TEST = [
  { arm: 'mens', members: 2_131, visits: 389, conversions: 27, spendMinor: 303_117 },
  { arm: 'womens', members: 2_139, visits: 324, conversions: 19, spendMinor: 230_381 },
  { arm: 'control', members: 2_130, visits: 226, conversions: 12, spendMinor: 139_083 },
] as const;

/** The demo without files: purchases drawn from BG/NBD and Gamma-Gamma, a planted effect, and an e-mail test of known outcome. */
export function simulatedData(): DataSet {
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => `sim:${String(index + 1).padStart(5, '0')}`);
  const orders = customers.flatMap(ordersOf);
  const own = orders.filter((order) => order.orderedAt.slice(0, 10) > CALIBRATION_DAY);
  return {
    title: `${String(CUSTOMERS)} simulated customers, e-mail test of ${String(EMAIL_TEST.reduce((sum, { members }) => sum + members, 0))}`,
    customers,
    before: orders.filter((order) => order.orderedAt.slice(0, 10) <= CALIBRATION_DAY),
    after: (members) => persuade(own, members),
    wave: emailTest,
    waveMembers: EMAIL_TEST.reduce((sum, { members }) => sum + members, 0),
  };
}

function ordersOf(partyRef: string): readonly OrderLine[] {
  const purchases = simulateCustomer({
    seed: SEED,
    key: partyRef,
    firstFrom: '1997-01-01',
    firstTo: '1997-03-25',
    until: LAST_DAY,
    ...CDNOW_PARAMETERS,
  });
  return purchases.map(({ date, amountMinor }, index) => ({
    orderRef: `${partyRef}/${String(index + 1)}`,
    partyRef,
    orderedAt: noonOf(date),
    total: { amountMinor, currency: 'USD' },
  }));
}

/** Own orders of everybody, and one more for the treated members whom the campaign brought back. */
function persuade(
  own: readonly OrderLine[],
  members: readonly DrawnMember[],
): { readonly orders: readonly OrderLine[]; readonly truth: Truth } {
  const buyers = new Set(own.map((order) => order.partyRef));
  const treated = members.filter((member) => member.arm !== 'control');
  const persuaded = treated
    .filter(({ partyRef }) => !buyers.has(partyRef))
    .filter(({ partyRef }) => keyedRandom(SEED, `persuaded:${partyRef}`).uniform() < PERSUADED);
  return {
    orders: [...own, ...persuaded.map(({ partyRef }) => broughtBack(partyRef))],
    truth: { reactivation: { effect: persuaded.length / treated.length } },
  };
}

function broughtBack(partyRef: string): OrderLine {
  const random = keyedRandom(SEED, `brought-back:${partyRef}`);
  const day = new Date(Date.parse('1997-10-08T00:00:00Z') + Math.floor(random.uniform() * 60) * 86_400_000);
  return {
    orderRef: `${partyRef}/brought-back`,
    partyRef,
    orderedAt: noonOf(day.toISOString().slice(0, 10)),
    total: { amountMinor: 1_500 + Math.floor(random.uniform() * 4_000), currency: 'USD' },
  };
}

/** Members in arms one after the other; the first of an arm visited, the first of those bought. */
function* emailTest(): Generator<WaveLine> {
  let row = 0;
  for (const { arm, members, visits, conversions, spendMinor } of EMAIL_TEST)
    for (let index = 0; index < members; index++) {
      row += 1;
      const responses = [
        ...(index < visits ? [{ kind: 'visit' as const }] : []),
        ...(index < conversions
          ? [{ kind: 'order' as const, amountMinor: shareOf(spendMinor, conversions, index) }]
          : []),
      ];
      yield {
        partyRef: `email-test:${String(row)}`,
        arm,
        presentedAt: EMAIL_SENT_AT,
        ...(responses.length === 0 ? {} : { responses }),
      };
    }
}

/** Splits a sum into shares that grow evenly from half to one and a half of their mean; the last takes the rest. */
function shareOf(sum: number, parts: number, index: number): number {
  const share = (part: number): number => Math.round((sum / parts) * (0.5 + part / (parts - 1)));
  if (index < parts - 1) return share(index);
  return sum - Array.from({ length: parts - 1 }, (_, part) => share(part)).reduce((left, right) => left + right, 0);
}
