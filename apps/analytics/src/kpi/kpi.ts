import type { ReadModelLineage } from '../lineage.js';

/** A calendar period, both days included, and the one of the same length before it. Dates are `YYYY-MM-DD`. */
export interface KpiPeriod {
  readonly from: string;
  readonly to: string;
  readonly previous: { readonly from: string; readonly to: string };
}

/** A share of a key figure: of one campaign, of one channel. */
export interface KpiPart {
  readonly key: string;
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
}

/** Where a value comes from, exactly enough to compute it again. */
export interface KpiLineage {
  readonly tables: readonly string[];
  readonly readModels: readonly ReadModelLineage[];
  readonly results?: readonly { readonly campaignId: string; readonly version: number }[];
  readonly businessRulesVersion?: number;
}

/** Why there is no value. */
export type KpiReason =
  'nobody-active' | 'nobody-before' | 'no-result' | 'no-contacts' | 'no-revenue' | 'several-currencies';

export interface Kpi {
  readonly id: string;
  readonly name: string;
  readonly nameKo: string;
  readonly unit: 'ratio';
  /** In words. */
  readonly formula: string;
  readonly formulaVersion: string;
  readonly value: number | null;
  readonly numerator: number | null;
  readonly denominator: number | null;
  /** Of the numerator and the denominator, when they are amounts in minor units. */
  readonly currency?: string;
  readonly reason?: KpiReason;
  readonly parts?: readonly KpiPart[];
  readonly lineage: KpiLineage;
}

/** What a key figure is, whatever its value. */
export type KpiDefinition = Pick<Kpi, 'id' | 'name' | 'nameKo' | 'formula' | 'formulaVersion'> & {
  readonly tables: readonly string[];
  /** The projections that write those tables. */
  readonly readModels: readonly string[];
};

/** The key figures by id. A changed formula is a new version of it. */
export const KPIS = {
  K03: {
    id: 'K03',
    name: 'New-customer rate',
    nameKo: '신규고객율',
    formula: 'customers whose first purchase lies in the period / customers who bought in the period',
    formulaVersion: 'k03.1',
    tables: ['purchase_day', 'customer_feature'],
    readModels: ['warehouse'],
  },
  K04: {
    id: 'K04',
    name: 'Retention rate',
    nameKo: '고객유지율',
    formula:
      'customers who bought in the previous period of the same length and again in this one / customers who bought in the previous one',
    formulaVersion: 'k04.1',
    tables: ['purchase_day'],
    readModels: ['warehouse'],
  },
  K05: {
    id: 'K05',
    name: 'Churn rate',
    nameKo: '고객이탈율',
    formula:
      'customers who bought in the previous period of the same length and not in this one / customers who bought in the previous one',
    formulaVersion: 'k05.1',
    tables: ['purchase_day'],
    readModels: ['warehouse'],
  },
  K18: {
    id: 'K18',
    name: 'Campaign effect',
    nameKo: '캠페인효과 측정',
    formula:
      'conversions beyond those of the control group, by the newest result of each campaign with a wave that started in the period / treated members',
    formulaVersion: 'k18.1',
    tables: ['campaign_result', 'loop'],
    readModels: ['loops'],
  },
  K19: {
    id: 'K19',
    name: 'Channel effect',
    nameKo: '채널효과 측정',
    formula:
      'contacts of campaigns in the period whose customer responded in the window / contacts of campaigns in the period',
    formulaVersion: 'k19.1',
    tables: ['contact_fact', 'loop_response'],
    readModels: ['contacts', 'loops'],
  },
  K22: {
    id: 'K22',
    name: 'Profitability',
    nameKo: '수익성',
    formula:
      'revenue of the period × margin rate − occasions, contacts and cases of the period at their costs / revenue of the period; rules as they held on its last day',
    formulaVersion: 'k22.1',
    tables: ['purchase_day', 'contact_fact', 'case_fact', 'campaign'],
    readModels: ['warehouse', 'contacts', 'loops'],
  },
} as const satisfies Readonly<Record<string, KpiDefinition>>;

/** What was found for a key figure, before it is written down with its definition. */
export type Finding = Pick<Kpi, 'numerator' | 'denominator' | 'currency' | 'reason' | 'parts'> &
  Pick<KpiLineage, 'results' | 'businessRulesVersion'>;

/** A quotient, or why there is none. */
export function ratioOf(numerator: number, denominator: number, otherwise: KpiReason): Finding {
  return denominator === 0 ? { numerator, denominator, reason: otherwise } : { numerator, denominator };
}

/** Writes a finding down with its definition and its lineage. */
export function kpiOf(
  { tables, readModels, ...definition }: KpiDefinition,
  { numerator, denominator, results, businessRulesVersion, ...found }: Finding,
  lineage: ReadonlyMap<string, ReadModelLineage>,
): Kpi {
  const value =
    found.reason !== undefined || numerator === null || denominator === null ? null : numerator / denominator;
  return {
    ...definition,
    unit: 'ratio',
    value,
    numerator,
    denominator,
    ...found,
    lineage: {
      tables,
      readModels: readModels.flatMap((name) => lineage.get(name) ?? []),
      ...(results === undefined ? {} : { results }),
      ...(businessRulesVersion === undefined ? {} : { businessRulesVersion }),
    },
  };
}
