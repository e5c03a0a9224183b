import { rateRfm, rfmEdges, TEN_SEGMENTS, type RfmEdges } from '@crm/customer-models';
import { refuseOthers } from './model-parameters.js';
import type { ModelCustomer, Score, ScoringModel } from './model.js';

const valuesOf = ({ recencyDays, occasions, revenue }: ModelCustomer): Parameters<typeof rfmEdges>[0][number] => ({
  recencyDays,
  frequency: occasions,
  monetary: revenue,
});

/** Recency, frequency and monetary value by value edges: quintiles of the values, equal values score alike. */
export const rfmModel: ScoringModel = {
  name: 'rfm',
  version: `value-edges.1/${TEN_SEGMENTS.version}`,
  needs: ['customers'],
  values: { r: 'number', f: 'number', m: 'number', segment: 'text' },
  parametersOf(asked) {
    refuseOthers(asked, []);
    return {};
  },
  score({ customers }) {
    const edges: RfmEdges = rfmEdges(customers.map(valuesOf));
    const scores = customers.map((customer) => {
      const inputs = valuesOf(customer);
      const values = rateRfm(edges, inputs);
      return { partyId: customer.partyId, values: { ...values }, inputs: { ...inputs }, class: values.segment };
    });
    const fit = { definition: 'value-edges', edges: { ...edges }, segmentTable: TEN_SEGMENTS.version };
    return { fit, scores, report: { segments: segmentsOf(scores) }, warnings: [] };
  },
  explains: ({ edges }) => ({ edges: edges ?? null }),
};

/** How many customers each segment has and what they brought in, the largest first. */
function segmentsOf(
  scores: readonly Score[],
): readonly { readonly segment: string; readonly customers: number; readonly revenue: number }[] {
  const segments = new Map<string, { segment: string; customers: number; revenue: number }>();
  for (const { class: segment, inputs } of scores) {
    const { customers, revenue } = segments.get(segment) ?? { customers: 0, revenue: 0 };
    segments.set(segment, { segment, customers: customers + 1, revenue: revenue + Number(inputs['monetary']) });
  }
  return [...segments.values()].sort((a, b) => b.customers - a.customers || (a.segment < b.segment ? -1 : 1));
}
