import { Rejected, type FieldError } from '@crm/event-sourcing';
import { CONTROL, type Arm, type CampaignPlan } from './campaign-plan.js';

/** The plan as it is asked for: what has a default may be left out. */
export interface PlanInput extends Omit<CampaignPlan, 'control' | 'arms'> {
  readonly control?: ControlInput;
  readonly arms?: readonly Arm[];
}

export interface ControlInput {
  readonly fraction?: number;
  readonly waivedBy?: string;
}

const DEFAULT_FRACTION = 0.1;
const DEFAULT_ARMS: readonly Arm[] = [{ name: 'treatment', share: 1 }];
const SHARES_TOLERANCE = 1e-9;

/** Fills in the defaults of a plan. A waiver leaves no control group. */
export function completePlan(input: PlanInput): CampaignPlan {
  const { control = {}, arms = DEFAULT_ARMS, assignTo, ...given } = input;
  const department = assignTo ?? (input.channel === 'call' ? 'sales' : undefined);
  return {
    ...given,
    ...(department === undefined ? {} : { assignTo: department }),
    control: completeControl(control),
    arms,
  };
}

/** A control group unless a named person waives it. */
export function completeControl({ fraction, waivedBy }: ControlInput): CampaignPlan['control'] {
  return { fraction: fraction ?? (waivedBy === undefined ? DEFAULT_FRACTION : 0), waived: waivedBy !== undefined };
}

/** Rejects a plan that cannot be carried out or judged: `campaign-plan-invalid` names every fault. */
export function checkPlan(plan: CampaignPlan): void {
  const errors = [...periodFaults(plan), ...moneyFaults(plan), ...armFaults(plan.arms), ...controlFaults(plan)];
  if (errors.length > 0)
    throw new Rejected('campaign-plan-invalid', 'The plan of the campaign does not hold', { status: 422, errors });
}

function periodFaults({ period }: CampaignPlan): readonly FieldError[] {
  return Date.parse(period.from) < Date.parse(period.to)
    ? []
    : [fault('/period/to', 'period-empty', 'The period ends before it begins')];
}

function moneyFaults({ budget, costPerContact }: CampaignPlan): readonly FieldError[] {
  return [
    ...(budget.currency === costPerContact.currency
      ? []
      : [fault('/costPerContact/currency', 'currency-differs', 'All amounts of a campaign are in one currency')]),
    ...(budget.amountMinor < 0 ? [fault('/budget/amountMinor', 'too-small', 'A budget is not negative')] : []),
    ...(costPerContact.amountMinor < 0
      ? [fault('/costPerContact/amountMinor', 'too-small', 'A cost is not negative')]
      : []),
  ];
}

function armFaults(arms: readonly Arm[]): readonly FieldError[] {
  const names = arms.map(({ name }) => name.toLowerCase());
  const perArm = names.flatMap((name, index) => [
    ...(name === CONTROL
      ? [fault(`/arms/${String(index)}/name`, 'name-reserved', 'This name is reserved for the control group')]
      : []),
    ...(names.indexOf(name) !== index
      ? [fault(`/arms/${String(index)}/name`, 'name-taken', 'Arms have different names')]
      : []),
  ]);
  const sum = arms.reduce((total, { share }) => total + share, 0);
  const sharesFit = arms.every(({ share }) => share > 0) && Math.abs(sum - 1) <= SHARES_TOLERANCE;
  return sharesFit
    ? perArm
    : [...perArm, fault('/arms', 'shares-do-not-add-up', 'Shares are positive and add up to 1')];
}

function controlFaults({ control: { fraction, waived } }: CampaignPlan): readonly FieldError[] {
  if (waived)
    return fraction === 0
      ? []
      : [fault('/control', 'waiver-with-control-group', 'A waived control group has the fraction 0')];
  if (fraction > 0 && fraction < 1) return [];
  return [
    fault(
      '/control/fraction',
      'control-group-missing',
      'A control group is left out only when a named person waives it',
    ),
  ];
}

function fault(pointer: string, code: string, detail: string): FieldError {
  return { pointer, code, detail };
}
