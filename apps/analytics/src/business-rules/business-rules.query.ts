import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { BUSINESS_RULES_ID, businessRulesAggregate, rulesAt, type BusinessRules } from './business-rules.js';

export interface BusinessRulesView {
  readonly rules: BusinessRules;
  /** The number of the newest version: what `If-Match` names. */
  readonly newest: number;
}

/** Which rules hold now, or were those of a version? */
export class BusinessRulesOf extends Query<BusinessRulesView | undefined> {
  constructor(readonly version?: number) {
    super();
  }
}

/** Which versions of the rules are there, the newest first? */
export class BusinessRulesVersions extends Query<readonly BusinessRules[]> {}

@QueryHandler(BusinessRulesOf)
export class BusinessRulesOfHandler implements IQueryHandler<BusinessRulesOf> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ version }: BusinessRulesOf): Promise<BusinessRulesView | undefined> {
    const { store, clock } = this.context;
    const { state, version: newest } = await store.read(businessRulesAggregate, BUSINESS_RULES_ID);
    const rules = version === undefined ? rulesAt(state, new Date(clock()).toISOString()) : state[version];
    return rules === undefined ? undefined : { rules, newest };
  }
}

@QueryHandler(BusinessRulesVersions)
export class BusinessRulesVersionsHandler implements IQueryHandler<BusinessRulesVersions> {
  constructor(private readonly context: ServiceContext) {}

  async execute(): Promise<readonly BusinessRules[]> {
    const { state } = await this.context.store.read(businessRulesAggregate, BUSINESS_RULES_ID);
    return [...state].reverse();
  }
}
