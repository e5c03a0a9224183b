import { ATTRIBUTES } from '../cloud-event.js';
import { SERVICES, internalType, topicOf, type Contract, type ServiceName } from '../contract.js';
import { fieldsOf, type JsonSchema, type SchemaField } from '../schema-fields.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]): readonly string[] => [
  row(...head),
  row(...head.map(() => '---')),
  ...rows,
];

/** The type of a field in words a reader of the page knows. */
const wordsFor = (schema: JsonSchema): string => {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' | ');
  const types = [schema.type ?? 'any'].flat();
  return types.map((type) => (type === 'string' && schema.format !== undefined ? schema.format : type)).join(' | ');
};

const fieldRow = ({ pointer, required, schema, name }: SchemaField): string =>
  row(
    `\`${pointer.slice(1)}\``,
    wordsFor(schema),
    name === undefined ? '' : required ? 'yes' : 'no',
    schema.description ?? '',
  );

const headingOf = (contract: Contract): string => contract.type;

const eventRow = (contract: Contract): string =>
  row(
    `[\`${contract.event}.v${String(contract.version)}\`](#${headingOf(contract).replaceAll('.', '')})`,
    contract.hop ?? '',
    contract.description,
    `\`${contract.key}\``,
  );

const eventSection = (contract: Contract, sample: unknown): readonly string[] => [
  `### ${headingOf(contract)}`,
  '',
  contract.description,
  '',
  [
    ...(contract.hop === undefined ? [] : [`Hop ${contract.hop}.`]),
    `Key: \`${contract.key}\`. [Schema](schemas/${contract.type}.json).`,
  ].join(' '),
  '',
  ...table(['field', 'type', 'required', 'meaning'], fieldsOf(contract.data).map(fieldRow)),
  '',
  '```json',
  JSON.stringify(sample, null, 2),
  '```',
  '',
];

const serviceSection = (
  service: ServiceName,
  contracts: readonly Contract[],
  samples: ReadonlyMap<string, unknown>,
): readonly string[] => [
  `## ${service}`,
  '',
  `Topic \`${topicOf(service)}\`. A position that the service keeps to itself is \`${internalType(service)}\` with the data \`{}\`.`,
  '',
  ...table(['event', 'hop', 'meaning', 'key'], contracts.map(eventRow)),
  '',
  ...contracts.flatMap((contract) => eventSection(contract, samples.get(contract.type))),
];

const INTRODUCTION = [
  '# Events',
  '',
  'What the services publish, on Kafka and on their feeds. Generated from `libs/contracts` by `npm run generate`; edit the contracts, not this page.',
  '',
  'Every message is a [CloudEvent](https://cloudevents.io) 1.0 in Kafka binary mode: the attributes below are headers `ce_<attribute>`, the value is the data as JSON.',
  'A released version only gains optional fields, so readers ignore fields that they do not know; any other change is a new version beside the old one.',
  'No event holds a personal field, not even encrypted, and no free text: a contract that declares one cannot be defined. Whoever needs one asks the service that owns it.',
  '',
  '## Envelope',
  '',
];

const attributeRows = Object.entries(ATTRIBUTES).map(([name, rule]) =>
  row(`\`${name}\``, rule.required ? 'yes' : 'no', rule.description),
);

/** The page that tells data teams what there is. */
export function eventsPageOf(contracts: readonly Contract[], samples: ReadonlyMap<string, unknown>): string {
  const sections = SERVICES.flatMap((service) =>
    serviceSection(
      service,
      contracts.filter((contract) => contract.service === service),
      samples,
    ),
  );
  return [...INTRODUCTION, ...table(['attribute', 'always there', 'meaning'], attributeRows), '', ...sections].join(
    '\n',
  );
}
