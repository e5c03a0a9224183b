import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MOMENT_NAMES, type Moments } from '../moment-query.js';
import { FEATURE_NAMES, FEATURES, type CustomerFeatures, type FeatureType } from './feature-catalogue.js';
import { featuresAt } from './features-at.js';

export type FeaturesItem = { readonly partyId: string } & CustomerFeatures;

const LIST_TYPES = { number: 'number', text: 'text', timestamp: 'timestamp' } as const satisfies Record<
  FeatureType,
  string
>;
const SELECT = ['party_id AS "partyId"', ...FEATURE_NAMES.map((name) => `${FEATURES[name].column} AS "${name}"`)].join(
  ', ',
);

export const FEATURE_LIST: ListSpec = {
  fields: {
    partyId: { column: 'party_id', type: 'uuid' },
    ...Object.fromEntries(
      FEATURE_NAMES.map((name) => {
        const { column, type, nullable } = FEATURES[name];
        return [name, { column, type: LIST_TYPES[type], nullable, sortable: true }];
      }),
    ),
  },
  defaultOrder: 'partyId',
  tieBreaker: 'partyId',
};

/** What is known of one customer's purchases at a time? */
export class FeaturesOfCustomer extends Query<FeaturesItem | undefined> {
  constructor(
    readonly partyId: string,
    readonly moments: Moments,
  ) {
    super();
  }
}

/** Which customers have which features at a time? */
export class CustomerFeaturesPage extends Query<ListPage<FeaturesItem>> {
  constructor(
    readonly query: Readonly<Record<string, unknown>>,
    readonly moments: Moments,
  ) {
    super();
  }
}

@QueryHandler(FeaturesOfCustomer)
export class FeaturesOfCustomerHandler implements IQueryHandler<FeaturesOfCustomer> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ partyId, moments }: FeaturesOfCustomer): Promise<FeaturesItem | undefined> {
    const features = featuresAt({ ...moments, now: this.context.clock() }, 'd.party_id = $1::uuid');
    const { rows } = await this.context.pool.query<FeaturesItem>(`SELECT ${SELECT} FROM ${features} c`, [partyId]);
    return rows[0];
  }
}

@QueryHandler(CustomerFeaturesPage)
export class CustomerFeaturesPageHandler implements IQueryHandler<CustomerFeaturesPage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query, moments }: CustomerFeaturesPage): Promise<ListPage<FeaturesItem>> {
    const from = `${featuresAt({ ...moments, now: this.context.clock() })} c`;
    const map = ({ partyId, ...row }: Readonly<Record<string, unknown>>): FeaturesItem =>
      Object.fromEntries([['partyId', partyId], ...FEATURE_NAMES.map((name) => [name, row[name]])]) as FeaturesItem;
    return listPage(this.context.pool, { spec: FEATURE_LIST, query, allowed: MOMENT_NAMES, from, select: SELECT, map });
  }
}
