import { rateRfm, rfmEdges, TEN_SEGMENTS, type RfmEdges } from '@crm/customer-models';
import { refuseOthers } from './model-parameters.js';
import type { ModelCustomer, ScoringModel } from './model.js';

const valuesOf = ({ recencyDays, occasions, revenue }: ModelCustomer): Parameters<typeof rfmEdges>[0][number] => ({
  recencyDays,
  frequency: occasions,
  monetary: revenue,
});

/** Recency, frequency and monetary value by value edges: quintiles of the values, equal values score alike. */
export const rfmModel: ScoringModel = {
  name: 'rfm',
  version: `value-edges.1/${TEN_SEGMENTS.version}`,
  values: { r: 'number', f: 'number', m: 'number', segment: 'text' },
  parametersOf(asked) {
    refuseOthers(asked, []);
    return {};
  },
  score(customers) {
    const edges: RfmEdges = rfmEdges(customers.map(valuesOf));
    const scores = customers.map((customer) => {
      const inputs = valuesOf(customer);
      const values = rateRfm(edges, inputs);
      return { partyId: customer.partyId, values: { ...values }, inputs: { ...inputs }, class: values.segment };
    });
    return { fit: { definition: 'value-edges', edges: { ...edges }, segmentTable: TEN_SEGMENTS.version }, scores };
  },
  explains: ({ edges }) => ({ edges: edges ?? null }),
};
