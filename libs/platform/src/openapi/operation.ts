import type { TSchema } from '@sinclair/typebox';
import { columnNames } from '../bulk/csv-columns.js';
import type { RouteDescription } from '../http/route.js';
import { operatorsOf, type ListSpec } from '../lists/list-spec.js';
import { pageSchema, type SharedSchema } from './answer-schemas.js';
import type { Route } from './route-table.js';

type Kind = RouteDescription['kind'];
type Parameter = Readonly<Record<string, unknown>>;

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const shared = (name: SharedSchema): object => ref(name);
const query = (name: string, description: string, schema: object = { type: 'string' }): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});
const header = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});
const json = (schema: object): object => ({ 'application/json': { schema } });

/** One operation of the OpenAPI document. */
export function operationOf({ method, url, config }: Route): Readonly<Record<string, unknown>> {
  const describe: RouteDescription = config.describe ?? { summary: '' };
  const status = statusOf(method, describe);
  const answer = answerOf(method, describe);
  const body = bodyOf(describe, config.bodyClass);
  return {
    summary: describe.summary,
    ...(config.scope === undefined ? { security: [] } : { description: `Scope: \`${config.scope}\`` }),
    parameters: [...pathParameters(url), ...headers(method, config.readModels, describe.kind), ...queries(describe)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      [String(status)]: {
        description: 'Success',
        ...(answersCommand(method, describe) ? { headers: commandHeaders(status) } : {}),
        ...(status === 204 ? {} : { content: json(answer) }),
      },
      default: { description: 'Problem', content: { 'application/problem+json': { schema: shared('Problem') } } },
    },
  };
}

/** The name of the class that an operation's body refers to. */
export function bodyClassName({ config }: Route): readonly string[] {
  const body = config.describe?.body ?? config.bodyClass;
  return typeof body === 'function' ? [body.name] : [];
}

function statusOf(method: string, { status, kind, response }: RouteDescription): number {
  return status ?? (method === 'POST' && kind === undefined && response === undefined ? 201 : 200);
}

/** Whether the answer is that of one command, with the version of what it changed. */
function answersCommand(method: string, { kind, response }: RouteDescription): boolean {
  return method !== 'GET' && method !== 'DELETE' && kind === undefined && response === undefined;
}

function commandHeaders(status: number): object {
  const etag = { description: 'The version, for If-Match', schema: { type: 'string' } };
  const location = { description: 'Where the progress can be read', schema: { type: 'string' } };
  return status === 202 ? { ETag: etag, Location: location } : { ETag: etag };
}

function answerOf(method: string, { kind, response, list }: RouteDescription): object {
  if (kind !== undefined && response !== undefined) return response;
  if (kind === 'batch') return shared('BatchAnswer');
  if (kind === 'import') return shared('ImportAnswer');
  if (kind === 'import-status') return shared('ImportPage');
  if (list !== undefined) return pageSchema(response);
  return response ?? (method === 'GET' ? {} : shared('CommandAnswer'));
}

function bodyOf({ kind, items, body }: RouteDescription, bodyClass: RouteDescription['body']): object | undefined {
  if (kind === 'import')
    return {
      'application/x-ndjson': { schema: items ?? {} },
      'text/csv': { schema: { type: 'string', description: csvDescription(items) } },
    };
  if (kind === 'batch' && body === undefined)
    return json({
      type: 'object',
      required: ['items'],
      properties: { items: { type: 'array', maxItems: 500, items: items ?? {} } },
    });
  const chosen = body ?? bodyClass;
  if (chosen === undefined) return undefined;
  return json(typeof chosen === 'function' ? ref(chosen.name) : chosen);
}

function csvDescription(items: TSchema | undefined): string {
  const columns = items === undefined ? [] : columnNames(items);
  return `The header names fields, in any order: ${columns.map((name) => `\`${name}\``).join(', ')}`;
}

function pathParameters(url: string): readonly Parameter[] {
  return [...url.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function headers(method: string, readModels: readonly string[] | undefined, kind: Kind): readonly Parameter[] {
  if (method === 'GET')
    return readModels === undefined
      ? []
      : [header('Read-After', 'A `readAfter` of an answer: waits until this read model knows of it')];
  if (method === 'DELETE') return [];
  const key = header(
    'Idempotency-Key',
    'At most 128 printable characters: the same request again is answered, not repeated',
  );
  return kind === undefined ? [key, header('If-Match', 'The expected version, as in ETag')] : [key];
}

function queries({ list, query: own, kind }: RouteDescription): readonly Parameter[] {
  const given = Object.entries(own ?? {}).map(([name, meaning]) => query(name, meaning));
  if (kind === 'import-status') return [...given, ...paging(), query('include', '`conflicts` adds lines in conflict')];
  return list === undefined ? given : [...given, ...paging(), ...listQueries(list)];
}

function paging(): readonly Parameter[] {
  return [
    query('limit', 'Default 50', { type: 'integer', minimum: 1, maximum: 200 }),
    query('after', 'The `next` of the page before'),
  ];
}

function listQueries(list: ListSpec): readonly Parameter[] {
  const fields = Object.entries(list.fields);
  const filters = fields.map(([name, field]) => `\`${name}\` (${operatorsOf(field).join(' ')})`).join(', ');
  const sortable = fields
    .filter(([name, field]) => field.sortable === true || name === list.tieBreaker)
    .map(([name]) => `\`${name}\``);
  return [
    query('order', `\`field,-field\`; fields: ${sortable.join(', ')}; default \`${list.defaultOrder}\``),
    query('filter', `\`field[operator]:value,…\`, all must hold; fields: ${filters}`),
    query('count', '`true` adds `total`', { type: 'boolean' }),
  ];
}
