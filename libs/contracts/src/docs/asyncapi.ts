import { ATTRIBUTES } from '../cloud-event.js';
import { SERVICES, internalType, topicOf, type Contract, type ServiceName } from '../contract.js';
import { INTERNAL } from './json-schema.js';

const headerSchema = (kind: string): object =>
  kind === 'time' ? { type: 'string', format: 'date-time' } : { type: 'string' };

const HEADERS = {
  type: 'object',
  description: 'CloudEvents 1.0, Kafka binary mode: every header is a UTF-8 text.',
  required: [
    'content-type',
    'ce_specversion',
    ...Object.entries(ATTRIBUTES).flatMap(([name, rule]) => (rule.required ? [`ce_${name}`] : [])),
  ],
  properties: {
    'content-type': { type: 'string', const: 'application/json' },
    ce_specversion: { type: 'string', const: '1.0' },
    ...Object.fromEntries(
      Object.entries(ATTRIBUTES).map(([name, rule]) => [
        `ce_${name}`,
        { ...headerSchema(rule.kind), description: rule.description },
      ]),
    ),
  },
};

const messageOf = (contract: Contract, sample: unknown): object => ({
  name: contract.type,
  title: contract.event,
  summary: contract.description,
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/cloudEventHeaders' },
  payload: {
    schemaFormat: 'application/schema+json;version=draft-07',
    schema: { $ref: `./schemas/${contract.type}.json` },
  },
  bindings: {
    kafka: { key: { type: 'string', description: `the partition key, here ${contract.key}` }, bindingVersion: '0.5.0' },
  },
  examples: [{ name: 'sample', payload: sample }],
});

const internalMessageOf = (service: ServiceName): object => ({
  name: internalType(service),
  title: 'internal',
  summary: INTERNAL,
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/cloudEventHeaders' },
  payload: {
    schemaFormat: 'application/schema+json;version=draft-07',
    schema: { $ref: `./schemas/${internalType(service)}.json` },
  },
});

const messageRefs = (types: readonly string[], at: string): Record<string, object> =>
  Object.fromEntries(types.map((type) => [type, { $ref: `${at}/${type}` }]));

/** AsyncAPI 3.0 of all topics. `samples` holds one event's data by type. */
export function asyncApiOf(
  contracts: readonly Contract[],
  samples: ReadonlyMap<string, unknown>,
  version: string,
): object {
  const typesOf = (service: ServiceName): readonly string[] => [
    ...contracts.filter((contract) => contract.service === service).map(({ type }) => type),
    internalType(service),
  ];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Closed-loop CRM events',
      version,
      description:
        'Everything that the services say to each other and to data teams. Order holds within one key of one topic; ' +
        'positions are gapless within a lane (partition) of one incarnation. Delivery is at least once: drop what is at or below the last position.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      SERVICES.map((service) => [
        service,
        {
          address: topicOf(service),
          title: `Events of ${service}`,
          description: 'Partition = lane of the source, key = partition key.',
          messages: messageRefs(typesOf(service), '#/components/messages'),
          bindings: { kafka: { topic: topicOf(service), bindingVersion: '0.5.0' } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      SERVICES.map((service) => [
        `${service}.publish`,
        { action: 'send', summary: `${service} publishes what happened`, channel: { $ref: `#/channels/${service}` } },
      ]),
    ),
    components: {
      messages: Object.fromEntries([
        ...contracts.map((contract) => [contract.type, messageOf(contract, samples.get(contract.type))]),
        ...SERVICES.map((service) => [internalType(service), internalMessageOf(service)]),
      ]) as Record<string, object>,
      schemas: { cloudEventHeaders: HEADERS },
    },
  };
}
