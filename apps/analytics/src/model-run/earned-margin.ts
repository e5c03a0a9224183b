import type { ModelInputs } from './model-inputs.js';
import { numberParameter } from './model-parameters.js';
import type { ModelParameters } from './model.js';

/** A share of revenue that is earned. */
interface EarnedMargin {
  readonly margin: number;
  /** The version of the business rules that say so; null when the run asked for the margin itself. */
  readonly businessRulesVersion: number | null;
}

/** The parameter `margin`, where it is asked for. */
export function marginParameter(asked: Readonly<Record<string, unknown>>): { readonly margin?: number } {
  if (asked['margin'] === undefined) return {};
  return { margin: numberParameter(asked, 'margin', { otherwise: 1, above: 0, most: 1 }) };
}

/** The margin that a run asks for, else that of the business rules that hold at its time. */
export function marginOf({ rules }: Pick<ModelInputs, 'rules'>, { margin }: ModelParameters): EarnedMargin {
  return margin === undefined
    ? { margin: rules.marginRate, businessRulesVersion: Number(rules.version) }
    : { margin: Number(margin), businessRulesVersion: null };
}
