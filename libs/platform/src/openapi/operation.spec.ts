import { Type } from '@sinclair/typebox';
import { describe, expect, it } from '@jest/globals';
import type { RouteDescription } from '../http/route.js';
import { operationOf } from './operation.js';

const item = Type.Object({
  orderRef: Type.String(),
  total: Type.Object({ amountMinor: Type.Integer(), currency: Type.String() }),
  lines: Type.Optional(Type.Array(Type.Object({ sku: Type.String() }))),
});

const post = (describe: Partial<RouteDescription>): Readonly<Record<string, unknown>> =>
  operationOf({
    method: 'POST',
    url: '/v1/orders',
    config: { scope: 'orders:write', describe: { summary: 's', ...describe } },
  });

const CONTENT = ['content', 'application/json', 'schema'];

describe('an operation of the OpenAPI document', () => {
  it('describes a batch by its own body and answer, where it has them', () => {
    const body = Type.Object({ source: Type.String(), items: Type.Array(item) });
    const response = Type.Object({ outcomes: Type.Array(Type.String()) });
    const operation = post({ kind: 'batch', body, response });
    expect(operation['requestBody']).toHaveProperty(CONTENT, body);
    expect(operation['responses']).toHaveProperty(['200', ...CONTENT], response);
  });

  it('describes any other batch by its items', () => {
    const operation = post({ kind: 'batch', items: item });
    expect(operation['requestBody']).toHaveProperty([...CONTENT, 'properties', 'items', 'items'], item);
    expect(operation['responses']).toHaveProperty(['200', ...CONTENT], { $ref: '#/components/schemas/BatchAnswer' });
  });

  it('names the columns of an import as CSV', () => {
    expect(post({ kind: 'import', items: item })['requestBody']).toHaveProperty(
      ['content', 'text/csv', 'schema', 'description'],
      'The header names fields, in any order: `orderRef`, `total.amountMinor`, `total.currency`, `lines.0.sku`',
    );
  });

  it('tells that a command takes If-Match and answers with an ETag', () => {
    const operation = post({});
    expect(operation['parameters']).toContainEqual(expect.objectContaining({ name: 'If-Match' }));
    expect(operation['responses']).toHaveProperty(['201', 'headers', 'ETag']);
    expect(post({ status: 202 })['responses']).toHaveProperty(['202', 'headers', 'Location']);
  });
});
