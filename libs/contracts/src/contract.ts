import type { Static, TObject } from '@sinclair/typebox';
import { ContractDefinitionError } from './errors.js';
import { refusePersonalFields } from './personal-fields.js';

/** The services that publish events. */
export const SERVICES = ['customer-information', 'marketing', 'sales', 'service', 'analytics'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** A hop of the closed loop. */
export type Hop = '1' | '2' | '3' | '4' | '4-1' | '5' | '6' | '7' | '8' | '8-1' | '9' | '10' | '11' | '12';

/** One public event in one version: what crosses the border of a service. */
export interface Contract<Type extends string = string, Data extends TObject = TObject> {
  readonly type: Type;
  readonly service: ServiceName;
  /** The event without service and version: `order-placed`. */
  readonly event: string;
  readonly version: number;
  readonly hop?: Hop;
  /** The field that holds the partition key: what is in order, and on which lane. */
  readonly key: string;
  readonly description: string;
  readonly data: Data;
}

type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? number extends T['length']
      ? readonly DeepReadonly<Item>[]
      : { readonly [Index in keyof T]: DeepReadonly<T[Index]> }
    : { readonly [Field in keyof T]: DeepReadonly<T[Field]> };

/** The data of a contract's events, read-only all the way down. */
export type ContractData<C extends Contract> = DeepReadonly<Static<C['data']>>;

interface ContractDefinition<Type extends string, Data extends TObject> {
  readonly type: Type;
  readonly hop?: Hop;
  /** Default: `partyId` where there is one, else the first required field. */
  readonly key?: keyof Static<Data> & string;
  readonly description: string;
  readonly data: Data;
}

const TYPE = /^crm\.([a-z-]+)\.([a-z]+(?:-[a-z]+)*)\.v([1-9]\d*)$/;
const isService = (name: string | undefined): name is ServiceName => SERVICES.some((service) => service === name);

/** Defines a public event. Refuses a schema that declares a personal field or a free text: those never leave their service. */
export function defineContract<const Type extends string, Data extends TObject>(
  definition: ContractDefinition<Type, Data>,
): Contract<Type, Data> {
  const { type, hop, description, data } = definition;
  const [, service, event, version] = TYPE.exec(type) ?? [];
  if (!isService(service) || event === undefined || event === 'internal') {
    throw new ContractDefinitionError(type, '', 'a type is crm.<service>.<event>.v<n>, and "internal" is taken');
  }
  refusePersonalFields(type, data);
  const key = definition.key ?? ('partyId' in data.properties ? 'partyId' : data.required?.[0]);
  if (key === undefined || !(data.required ?? []).includes(key)) {
    throw new ContractDefinitionError(type, '', 'the partition key must be a required field');
  }
  return { type, service, event, version: Number(version), ...(hop !== undefined && { hop }), key, description, data };
}

/** The type under which a service publishes a position that it keeps to itself, with the data `{}`. */
export function internalType<Service extends ServiceName>(service: Service): `crm.${Service}.internal.v1` {
  return `crm.${service}.internal.v1`;
}

/** The topic that carries everything that a service publishes. */
export function topicOf<Service extends ServiceName>(service: Service): `crm.${Service}.events.v1` {
  return `crm.${service}.events.v1`;
}
