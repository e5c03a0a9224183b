import { holdoutSummaries, purchaseSummaries, type CustomerSummary } from '@crm/customer-models';
import { UsageFault } from '../faults.js';
import { dateOption } from '../options.js';
import {
  buyersUntil,
  lastDate,
  noCustomers,
  PURCHASE_COLUMNS,
  purchaseLines,
  type PurchaseTable,
} from '../purchases.js';
import { mapped, type Cell, type Report } from '../report.js';
import { verb } from '../verb.js';

const KEYS = {
  customer: 'customer',
  x: 'repeat occasions: days with a purchase after the first one',
  t_x: 'weeks from the first purchase to the last',
  T: 'weeks from the first purchase to the calibration end',
  zbar: 'mean value of the repeat occasions; empty when there is none',
  occasions: 'days with a purchase: x + 1',
  total: 'net value of all lines up to the calibration end',
  firstDate: 'date of the first purchase',
  lastDate: 'date of the last purchase',
};
const HOLDOUT_KEYS = {
  actual: 'occasions in the holdout (with --holdout-end)',
  holdoutTotal: 'net value in the holdout (with --holdout-end)',
};

export const summaryVerb = verb({
  name: 'summary',
  about: 'makes the customer summary of purchase lines that the other models start from',
  columns: PURCHASE_COLUMNS,
  options: {
    calibrationEnd: dateOption('last date that counts; default: the last date of the input'),
    holdoutEnd: dateOption('adds what each customer did after the calibration end up to this date'),
  },
  keys: { leftOut: 'customers who have nothing but returns; in JSON', ...KEYS, ...HOLDOUT_KEYS },
  example: 'crm-models summary --input orders.csv --calibration-end 1997-09-30 --holdout-end 1998-06-30',
  run: (table, { calibrationEnd, holdoutEnd }) => {
    if (holdoutEnd === undefined) return summary(table, calibrationEnd ?? lastDate(table.rows));
    if (calibrationEnd === undefined) throw new UsageFault('--holdout-end needs --calibration-end');
    if (holdoutEnd <= calibrationEnd) throw new UsageFault('--holdout-end is not after --calibration-end');
    return withHoldout(table, calibrationEnd, holdoutEnd);
  },
});

function summary(table: PurchaseTable, calibrationEnd: string): Report {
  const { leftOut, warnings } = buyersUntil(table, calibrationEnd);
  const customers = purchaseSummaries(purchaseLines(table), calibrationEnd);
  return {
    facts: { calibrationEnd, lines: table.length, leftOut },
    rows: { key: 'summary', head: Object.keys(KEYS), cells: mapped(customers, summaryCells) },
    warnings,
  };
}

function withHoldout(table: PurchaseTable, calibrationEnd: string, holdoutEnd: string): Report {
  const { leftOut, warnings } = buyersUntil(table, holdoutEnd);
  const { customers, newCustomers, weeks } = holdoutSummaries(purchaseLines(table), { calibrationEnd, holdoutEnd });
  if (customers.length === 0) throw noCustomers(`until ${calibrationEnd}`);
  const cells = mapped(customers, (customer) => [...summaryCells(customer), customer.actual, customer.holdoutTotal]);
  return {
    facts: {
      calibrationEnd,
      holdoutEnd,
      holdoutWeeks: weeks,
      lines: table.length,
      customers: customers.length,
      newCustomers,
      leftOut,
    },
    rows: { key: 'summary', head: Object.keys({ ...KEYS, ...HOLDOUT_KEYS }), cells },
    warnings,
  };
}

/** In the order of `KEYS`. */
function summaryCells(of: CustomerSummary): readonly Cell[] {
  return [of.customer, of.x, of.tx, of.T, of.zbar, of.occasions, of.total, of.firstDate, of.lastDate];
}
