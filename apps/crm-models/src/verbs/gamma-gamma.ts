import { expectedSpend, fitGammaGamma } from '@crm/customer-models';
import { optional, text } from '../columns.js';
import { REPEATS, spendFault, ZBAR } from '../histories.js';
import { choiceOption, withDefault } from '../options.js';
import { fitRows, mapped, named, rowsOf, warningsOf } from '../report.js';
import { verb } from '../verb.js';

export const gammaGammaVerb = verb({
  name: 'gamma-gamma',
  about: 'fits Gamma-Gamma on customer summaries: the mean value of future purchases',
  columns: {
    customer: optional(text('customer; comes back in the output')),
    x: REPEATS,
    zbar: ZBAR,
  },
  options: {
    show: withDefault(choiceOption(['fit', 'customers'], 'what is printed: the fit, or each customer too'), 'fit'),
  },
  keys: {
    'p, q, gamma': 'parameters; gamma in the unit of zbar',
    standardErrors: 'of the parameters, in their units',
    logCovariance: "covariance of the parameters' logarithms",
    logLikelihood: 'at the optimum',
    customers: 'customers with x > 0, on whom it was fitted; leftOut: those with a mean value of 0 or below',
    correlation: 'of x and zbar, which the model takes as 0',
    iterations: 'steps of the search; converged says whether it arrived',
    warnings: 'what to know before trusting the fit',
    spend: 'with --show customers: customer, x, zbar, expectedSpend; this is the CSV then',
  },
  example: 'crm-models summary --input orders.csv | crm-models gamma-gamma --show customers',
  check: () => spendFault,
  run: (table, { show }) => {
    const fit = fitGammaGamma(table.rows);
    const warnings = warningsOf(fit);
    if (show === 'fit') return { facts: named(fit), rows: fitRows(fit), warnings };
    const rows = mapped(table.rows, (row) => ({ ...row, expectedSpend: expectedSpend(fit.parameters, row) }));
    return {
      facts: named(fit),
      rows: { key: 'spend', ...rowsOf(['customer', 'x', 'zbar', 'expectedSpend'], rows) },
      warnings,
    };
  },
});
