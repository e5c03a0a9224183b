import type { ProfitRules } from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';

/** The features of one customer with at least one purchase. Amounts are in minor units. */
export interface ModelCustomer {
  readonly partyId: string;
  readonly occasions: number;
  readonly repeatOccasions: number;
  readonly recencyDays: number;
  readonly tenureDays: number;
  readonly frequencySpanDays: number;
  readonly revenue: number;
  /** Null without a repeat occasion. */
  readonly meanRepeatValue: number | null;
}

/** A customer at the start of a holdout and at its end. */
export interface HeldOutCustomer {
  readonly before: HistoryDays;
  readonly after: HistoryDays;
}

export type HistoryDays = Pick<ModelCustomer, 'repeatOccasions' | 'frequencySpanDays' | 'tenureDays'>;

/** One order; a negative amount is a return. */
export interface ModelOrder {
  readonly partyId: string;
  readonly orderId: string;
  /** Local date 'YYYY-MM-DD'. */
  readonly date: string;
  readonly amount: number;
  readonly channel: string | null;
}

/** What was bought with one order; an order that was told without lines is one row without `sku`. */
export interface ModelOrderLine {
  readonly partyId: string;
  readonly orderId: string;
  readonly date: string;
  readonly sku: string | null;
  readonly quantity: number;
  readonly amount: number;
}

/** What a customer cost us beside what was bought. */
export interface ModelService {
  readonly partyId: string;
  /** Outside campaigns: the business rules say what they cost. */
  readonly contacts: number;
  readonly campaignContacts: number;
  /** What the campaigns say that their contacts cost, in minor units. */
  readonly campaignCost: number;
  readonly cases: number;
}

/** What the members of one arm of a campaign came to, over its waves that had begun. */
export interface ModelArm {
  readonly channel: string;
  readonly campaignId: string;
  readonly arm: string;
  readonly members: number;
  readonly contacted: number;
  readonly responses: number;
  readonly conversions: number;
  readonly revenue: number;
  readonly revenueSquared: number;
  readonly cost: number;
}

/** A run that another model goes on with. */
export interface UsedRun {
  readonly runId: string;
  readonly asOf: string;
  readonly modelVersion: string;
  readonly fit: Readonly<Record<string, Json>>;
}

/** What is known of one customer at a time, and what came of it in the horizon after that. */
export interface TrainingRow {
  readonly partyId: string;
  readonly features: Readonly<Record<string, number | null>>;
  readonly outcome: boolean;
}

/** A training set with the set, later in time, that the result is tested on, and everybody at the time of the run. */
export interface TrainingData {
  readonly features: readonly string[];
  readonly train: readonly TrainingRow[];
  readonly test: readonly TrainingRow[];
  readonly present: readonly Omit<TrainingRow, 'outcome'>[];
  /** Where they come from, for the report. */
  readonly origin: Readonly<Record<string, Json>>;
}

/** Everything that models look at, as it was at `asOf`. A model gets what it `needs`; the rest is empty. */
export interface ModelInputs {
  readonly asOf: string;
  readonly customers: readonly ModelCustomer[];
  readonly orders: readonly ModelOrder[];
  readonly orderLines: readonly ModelOrderLine[];
  /** Of customers with at least one contact or case. */
  readonly service: readonly ModelService[];
  readonly arms: readonly ModelArm[];
  /** What revenue is worth and what service costs at the time. */
  readonly rules: ProfitRules;
  readonly training: TrainingData;
  /** By the name of the model. */
  readonly runs: Readonly<Record<string, UsedRun>>;
}

/** What is read from the warehouse for a model. */
export type SourceName = 'customers' | 'orders' | 'orderLines' | 'service' | 'arms' | 'rules' | 'training';

/** All revenue is earned, and nothing costs anything. */
const NO_RULES: ProfitRules = { version: '0', marginRate: 1, costPerOccasion: 0, costPerContact: 0, costPerCase: 0 };
const NOTHING = { customers: [], orders: [], orderLines: [], service: [], arms: [], rules: NO_RULES, runs: {} };

const NO_TRAINING: TrainingData = { features: [], train: [], test: [], present: [], origin: {} };

/** Inputs with nothing in them but what is given. */
export function inputsOf(asOf: string, given: Partial<ModelInputs> = {}): ModelInputs {
  return { asOf, ...NOTHING, training: NO_TRAINING, ...given };
}
