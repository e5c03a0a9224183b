import {
  fitGammaGamma,
  fitPurchases,
  type FittedPurchases,
  type GammaGammaFit,
  type PurchaseFit,
} from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';
import { recordOf } from './fit-record.js';
import { spendHistoryOf, spendingIn } from './gamma-gamma-model.js';
import type { ModelInputs, UsedRun } from './model-inputs.js';
import type { RunWarning } from './model.js';
import { PURCHASE_MODELS, purchaseHistoryOf, purchasesIn } from './purchase-histories.js';

type Covariance = PurchaseFit<string, unknown>['logCovariance'];

/** A model that another one goes on with, and where it comes from. */
export interface FittedPart<Fitted> {
  readonly fitted: Fitted & { readonly logCovariance: Covariance };
  /** The run whose parameters these are; null when they were fitted for this run. */
  readonly origin: Readonly<Record<string, Json>>;
  readonly warnings: readonly RunWarning[];
}

/** Purchases: the run of `bg-nbd` that holds, of whatever variant; else BG/NBD fitted to the same customers. */
export function purchasesFor({ runs, customers }: ModelInputs): FittedPart<FittedPurchases> {
  const run = runs['bg-nbd'];
  if (run !== undefined)
    return {
      fitted: { ...purchasesIn(run.fit), logCovariance: covarianceIn(run) },
      origin: originOf('bg-nbd', run),
      warnings: [],
    };
  const { warnings, ...fitted } = fitPurchases(PURCHASE_MODELS[0], customers.map(purchaseHistoryOf));
  return { fitted, origin: { ...originOf('bg-nbd'), parameters: recordOf(fitted.parameters) }, warnings };
}

/** Values of purchases: the run of `gamma-gamma` that holds, else one fitted to the same customers. */
export function spendingFor({ runs, customers }: ModelInputs): FittedPart<Pick<GammaGammaFit, 'parameters'>> {
  const run = runs['gamma-gamma'];
  if (run !== undefined)
    return {
      fitted: { parameters: spendingIn(run.fit), logCovariance: covarianceIn(run) },
      origin: originOf('gamma-gamma', run),
      warnings: [],
    };
  const { warnings, ...fitted } = fitGammaGamma(customers.map(spendHistoryOf));
  return { fitted, origin: { ...originOf('gamma-gamma'), parameters: recordOf(fitted.parameters) }, warnings };
}

function originOf(model: string, run?: UsedRun): Readonly<Record<string, Json>> {
  return run === undefined
    ? { model, runId: null }
    : { model, runId: run.runId, asOf: run.asOf, modelVersion: run.modelVersion };
}

/** Runs from before covariances were kept have none: then there are no intervals. */
function covarianceIn({ fit }: UsedRun): Covariance {
  return (fit['logCovariance'] ?? null) as Covariance;
}
