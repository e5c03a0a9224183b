import { profitability, profitOf, type ProfitRules } from '@crm/customer-models';
import { recordOf } from './fit-record.js';
import { numberParameter, refuseOthers } from './model-parameters.js';
import type { ModelParameters, ScoringModel } from './model.js';

const COSTS = ['costPerOccasion', 'costPerContact', 'costPerCase'] as const;
const MOST_COST = 1e12;
const NOT_SERVED = { contacts: 0, campaignContacts: 0, campaignCost: 0, cases: 0 };
/** Of what is a profit already: the whale curve takes nothing from it any more. */
const ALL_OF_IT = { marginRate: 1, costPerOccasion: 0, costPerContact: 0, costPerCase: 0 };
const NOTHING_MORE = { occasions: 0, contacts: 0, cases: 0 };

/**
 * What every customer brought in, less what was sold and what serving them cost, in minor units: under the business rules that
 * hold at the time, or under others that the run asks for. Contacts of campaigns cost what their campaign says.
 */
export const profitabilityModel: ScoringModel = {
  name: 'profitability',
  version: 'profit.2',
  needs: ['customers', 'service', 'rules'],
  values: { profit: 'number', decile: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, ['marginRate', ...COSTS]);
    const bounds = Object.fromEntries<readonly [number, number]>([
      ['marginRate', [-1, 1]],
      ...COSTS.map((name) => [name, [0, MOST_COST]] as const),
    ]);
    return Object.fromEntries(
      Object.entries(bounds)
        .filter(([name]) => asked[name] !== undefined)
        .map(([name, [least, most]]) => [name, numberParameter(asked, name, { otherwise: least, least, most })]),
    );
  },
  score({ customers, service, rules: inForce }, parameters) {
    const rules = rulesOf(inForce, parameters);
    const served = new Map(service.map((one) => [one.partyId, one]));
    const facts = customers.map(({ partyId, revenue, occasions }) => {
      const { contacts, campaignContacts, campaignCost, cases } = served.get(partyId) ?? NOT_SERVED;
      return { customer: partyId, revenue, occasions, contacts, campaignContacts, campaignCost, cases };
    });
    const { customers: profits, ...found } = profitability(
      { ...ALL_OF_IT, version: rules.version },
      facts.map((fact) => {
        const profit = profitOf(rules, fact) - fact.campaignCost;
        return { ...NOTHING_MORE, customer: fact.customer, revenue: profit };
      }),
    );
    const factsOf = new Map(facts.map(({ customer, ...fact }) => [customer, fact]));
    let [decile, until] = [0, 0];
    const scores = profits.map(({ customer, profit }, place) => {
      while (place >= until) until += found.deciles[decile++]?.customers ?? Infinity;
      return { partyId: customer, values: { profit, decile }, inputs: factsOf.get(customer) ?? {}, class: '' };
    });
    return { fit: { rules: recordOf(rules) }, scores, report: recordOf(found), warnings: [] };
  },
  explains: ({ rules }) => ({ rules: rules ?? null }),
};

function rulesOf(inForce: ProfitRules, parameters: ModelParameters): ProfitRules {
  const asked = Object.keys(parameters).length > 0;
  return { ...inForce, ...parameters, version: asked ? `${inForce.version}+parameters` : inForce.version };
}
