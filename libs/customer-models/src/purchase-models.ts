import { BG_NBD, type BgNbdParameters } from './bg-nbd.js';
import { valuesAlong } from './chebyshev.js';
import { MBG_NBD, type MbgNbdParameters } from './mbg-nbd.js';
import { PARETO_NBD, type ParetoNbdParameters } from './pareto-nbd.js';
import { groupHistories } from './purchase-histories.js';
import { fitUnder, logLikelihoodUnder, type PurchaseFit } from './purchase-model-fit.js';
import {
  aliveUnder,
  scoreUnder,
  type PurchaseModel,
  type PurchaseScore,
  type SurvivorHistory,
} from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';

type ParametersOf = {
  readonly 'bg-nbd': BgNbdParameters;
  readonly 'mbg-nbd': MbgNbdParameters;
  readonly 'pareto-nbd': ParetoNbdParameters;
};
export type PurchaseModelName = keyof ParametersOf;

/** A model with its parameters; every fit is one. */
export type FittedPurchases<Name extends PurchaseModelName = PurchaseModelName> = {
  readonly model: Name;
  readonly parameters: ParametersOf[Name];
};

const MODELS: { readonly [Name in PurchaseModelName]: PurchaseModel<ParametersOf[Name]> & { readonly name: Name } } = {
  'bg-nbd': BG_NBD,
  'mbg-nbd': MBG_NBD,
  'pareto-nbd': PARETO_NBD,
};

/**
 * Fits the model of that name from a start at all ones.
 * Throws `no-customers`, `no-repeat-buyers`, `too-few-rows`, `invalid-history`.
 */
export function fitPurchases<Name extends PurchaseModelName>(
  name: Name,
  histories: Iterable<PurchaseHistory>,
): PurchaseFit<Name, ParametersOf[Name]> {
  return fitUnder<Name, ParametersOf[Name]>(MODELS[name], histories);
}

/** Both scores of one customer. Throws `invalid-parameters`, `invalid-history`, `invalid-value`. */
export function scorePurchases<Name extends PurchaseModelName>(
  { model, parameters }: FittedPurchases<Name>,
  weeks: number,
  history: PurchaseHistory,
): PurchaseScore {
  return scoreUnder<ParametersOf[Name]>(MODELS[model], { parameters, weeks }, history);
}

/** P(alive) of one customer. Throws `invalid-parameters`, `invalid-history`. */
export function alivePurchases<Name extends PurchaseModelName>(
  { model, parameters }: FittedPurchases<Name>,
  history: PurchaseHistory,
): number {
  return aliveUnder<ParametersOf[Name]>(MODELS[model], parameters, history);
}

/** Purchases of one who is still a customer at T, in each of the ascending numbers of weeks after it. Checks nothing. */
export function purchasesWhenAlive<Name extends PurchaseModelName>(
  { model, parameters }: FittedPurchases<Name>,
  weeks: readonly number[],
  history: SurvivorHistory,
): readonly number[] {
  const of: PurchaseModel<ParametersOf[Name]> = MODELS[model];
  return valuesAlong(
    (until) => of.expectedWhenAlive(parameters, until, history),
    weeks,
    of.origin(parameters, history.T),
  );
}

/** Names of a model's parameters in the order of `logCovariance`. */
export function parameterNamesOf<Name extends PurchaseModelName>(
  name: Name,
): readonly (keyof ParametersOf[Name] & string)[] {
  return MODELS[name].parameterNames;
}

/**
 * Log-likelihood of histories under a fitted model. Of the same customers at a later time less at an earlier one it is that of
 * what came between, given what was known before: a model's likelihood on a holdout. Throws `invalid-history`.
 */
export function purchaseLogLikelihood<Name extends PurchaseModelName>(
  { model, parameters }: FittedPurchases<Name>,
  histories: Iterable<PurchaseHistory>,
): number {
  return logLikelihoodUnder<ParametersOf[Name]>(MODELS[model], parameters, groupHistories(histories));
}
