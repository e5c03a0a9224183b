import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  deriveId,
  EventStore,
  fingerprintOf,
  InMemoryEventLog,
  Rejected,
  StoreUnavailable,
  type Aggregate,
  type DomainEvent,
} from '@crm/event-sourcing';
import { createTestDatabase, until, type TestDatabase } from '@crm/testing';
import { Body, Controller, Get, Inject, Module, Param, Post, Query } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevelopmentIssuer } from '../auth/development-issuer.js';
import { createTokenVerifier } from '../auth/token-verifier.js';
import { CommandHeaders, CommandRequest } from '../http/command-request.js';
import { createHttpApp, type HttpApp } from '../http/http-app.js';
import { moneySchema } from '../http/money.js';
import { PLATFORM_SCHEMA } from '../http/platform-schema.js';
import { parseReadAfter } from '../http/read-after.js';
import { Describe, Scope } from '../http/route.js';
import { createLogger } from '../logging/logger.js';
import { Batches, type BatchResult } from './batches.js';
import { Imports, type ImportPage, type ImportResult } from './imports.js';
import { exactlyOneParty, itemSchema, partyFields } from './item-schema.js';
import { perItem, type RecordedFact } from './outcome.js';
import { Upload, type ImportUpload } from './upload.js';

type SaleMade = DomainEvent<'SaleMade', { readonly saleRef: string }>;

const saleAggregate: Aggregate<object, SaleMade> = { category: 'sale', initial: {}, evolve: (state) => state };

const sales = itemSchema(
  Type.Object(
    { ...partyFields, saleRef: Type.String({ minLength: 1, maxLength: 40 }), total: moneySchema },
    { additionalProperties: false, ...exactlyOneParty },
  ),
);
type Sale = typeof sales.item;

const store = new EventStore(new InMemoryEventLog());
let busy = 0;
let seen = 0;

@Controller('v1/sales')
class SaleController {
  constructor(
    @Inject(Imports) private readonly imports: Imports,
    @Inject(Batches) private readonly batches: Batches,
  ) {}

  @Post('batch')
  @Scope('orders:write')
  @Describe({ summary: 'Record sales', items: sales.schema, kind: 'batch' })
  batch(@Body() body: unknown, @CommandHeaders() command: CommandRequest): Promise<BatchResult> {
    return this.batches.run(command, body, { items: sales, handle: perItem((sale, one) => this.record(sale, one)) });
  }

  @Post('import')
  @Scope('orders:write')
  @Describe({ summary: 'Import sales', items: sales.schema, kind: 'import' })
  import(@Upload() upload: ImportUpload): Promise<ImportResult> {
    return this.imports.run(upload, {
      noun: 'sales',
      items: sales,
      handle: perItem((sale, one) => this.record(sale, one)),
    });
  }

  @Get('imports/:importId')
  @Scope('orders:write')
  @Describe({ summary: 'An import', kind: 'import-status' })
  status(@Param('importId') importId: string, @Query() query: Record<string, unknown>): Promise<ImportPage> {
    return this.imports.page('sales', importId, query);
  }

  private record(sale: Sale, command: CommandRequest): Promise<RecordedFact> {
    seen++;
    if (busy > 0 && busy-- > 0) throw new StoreUnavailable('busy');
    if (sale.partyRef === 'shop:erased') throw new Rejected('party-erased', 'The party was erased', { status: 410 });
    return store.recordFact(
      saleAggregate,
      deriveId('sale', sale.saleRef),
      { type: 'SaleMade', data: { saleRef: sale.saleRef } },
      {
        ...command.options,
        fingerprint: fingerprintOf(sale),
        result: { created: true },
      },
    );
  }
}

@Module({ controllers: [SaleController] })
class SaleModule {}

const aSale = (saleRef: string, amountMinor = 100): object => ({
  partyRef: 'shop:1',
  saleRef,
  total: { amountMinor, currency: 'KRW' },
});
const lines = (...items: readonly (object | string)[]): string =>
  items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');

describe('bulk work over HTTP', () => {
  let database: TestDatabase;
  let http: HttpApp;
  let url: string;
  let token: string;
  let folder: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(PLATFORM_SCHEMA);
    folder = await mkdtemp(join(tmpdir(), 'crm-issuer-'));
    const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: 'test' });
    token = await issuer.mint({ sub: 'importer', roles: ['integration'] });
    http = await createHttpApp({
      module: SaleModule,
      serviceName: 'sales',
      logger: createLogger({ service: 'sales', level: 'silent' }),
      verifier: createTokenVerifier({ issuer: issuer.issuer, jwks: issuer.jwks, serviceName: 'sales' }),
      pool: database.pool,
      fingerprintKey: new Uint8Array(32),
      incarnation: () => Promise.resolve('first'),
    });
    await http.app.listen(0, '127.0.0.1');
    url = await http.app.getUrl();
  });

  afterAll(async () => {
    await http.app.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const send = async (
    path: string,
    type: string | undefined,
    body: string | undefined,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(new URL(path, url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const batch = (items: unknown, headers: Record<string, string> = {}) =>
    send('/v1/sales/batch', 'application/json', JSON.stringify({ items }), headers);
  const importing = (body: string, headers: Record<string, string> = {}, type = 'application/x-ndjson') =>
    send('/v1/sales/import', type, body, headers);

  describe('a batch', () => {
    it('answers every item in order: taken, known, in conflict, refused', async () => {
      await batch([aSale('b1')]);
      const { status, body } = await batch([
        aSale('b2'),
        aSale('b1'),
        aSale('b1', 7),
        { partyRef: 'shop:1', saleRef: 'b3' },
        { ...aSale('b4'), partyRef: 'shop:erased' },
      ]);
      expect(status).toBe(200);
      const outcomes = body['outcomes'] as {
        index: number;
        status: string;
        id?: string;
        problem?: { code: string; status: number; errors?: unknown };
      }[];
      expect(
        outcomes.map(({ index, status: outcome, problem }) => [index, outcome, problem?.code, problem?.status]),
      ).toEqual([
        [0, 'accepted', undefined, undefined],
        [1, 'duplicate', undefined, undefined],
        [2, 'conflict', 'natural-key-conflict', 409],
        [3, 'rejected', 'validation-failed', 400],
        [4, 'rejected', 'party-erased', 410],
      ]);
      expect(outcomes[0]?.id).toBe(deriveId('sale', 'b2'));
      expect(outcomes[3]?.problem?.errors).toEqual([
        { pointer: '/total', code: 'required', detail: 'The field is missing' },
      ]);
      expect(parseReadAfter(String(body['readAfter'])).every(({ service }) => service === 'sales')).toBe(true);
    });

    it('answers a repeat with its key as the first time, and refuses other items under it before doing anything', async () => {
      const key = { 'idempotency-key': 'batch' };
      const first = await batch([aSale('r1'), aSale('r2')], key);
      expect((await batch([aSale('r1'), aSale('r2')], key)).body).toEqual(first.body);
      const other = await batch([aSale('r3'), aSale('r1')], key);
      expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
      expect((await batch([aSale('r3')])).body['outcomes']).toEqual([expect.objectContaining({ status: 'accepted' })]);
    });

    it.each([
      [Array.from({ length: 501 }, () => 1), 'too-long'],
      ['none', 'required'],
      [undefined, 'required'],
    ])('is refused as a whole when its items are no list of at most 500', async (items, code) => {
      const { status, body } = await batch(items);
      expect([status, (body['errors'] as { code: string }[])[0]?.code]).toEqual([400, code]);
    });
  });

  describe('an import', () => {
    it('takes good lines around broken ones and pages all rejects', async () => {
      const broken = Array.from({ length: 120 }, (_, index) =>
        index % 2 === 0 ? '{' : JSON.stringify({ ...aSale('x'), hobby: 1 }),
      );
      const { status, body } = await importing(lines(aSale('i1'), ...broken, aSale('i1'), aSale('i1', 5), aSale('i2')));
      expect(status).toBe(200);
      expect(body).toMatchObject({ read: 124, accepted: 2, duplicates: 1, conflicts: 1, rejected: 120 });
      const rejects = body['rejects'] as object[];
      expect(rejects).toHaveLength(100);
      expect(rejects.slice(0, 2)).toEqual([
        { line: 2, code: 'malformed-json', pointer: '' },
        { line: 3, code: 'unknown-field', pointer: '/hobby' },
      ]);
      const path = `/v1/sales/imports/${String(body['importId'])}`;
      const first = await send(`${path}?limit=100`, undefined, undefined);
      expect(first.body).toMatchObject({ status: 'done', rejected: 120, items: rejects, next: '101' });
      const second = await send(`${path}?limit=100&after=101&include=conflicts`, undefined, undefined);
      expect((second.body['items'] as object[]).at(-1)).toEqual({
        line: 123,
        code: 'natural-key-conflict',
        pointer: '',
      });
      expect(second.body['items']).toHaveLength(21);
      expect((await send('/v1/sales/imports/nothing', undefined, undefined)).status).toBe(404);
    });

    it('takes CSV', async () => {
      const content =
        '\uFEFFpartyRef,saleRef,total.amountMinor,total.currency\r\nshop:1,"c,1",5,KRW\r\nshop:2,c2,five,KRW\r\n,c3,5,KRW\r\n';
      const { body } = await importing(content, {}, 'text/csv; charset=utf-8');
      expect(body).toMatchObject({
        read: 3,
        accepted: 1,
        rejects: [
          { line: 3, code: 'wrong-type', pointer: '/total/amountMinor' },
          { line: 4, code: 'exactly-one', pointer: '' },
        ],
      });
    });

    it('is refused for a wrong header, while the client is still sending', async () => {
      const { status, body } = await importing(`partyRef,hobby\n${'shop:1,chess\n'.repeat(200_000)}`, {}, 'text/csv');
      expect([status, body['code'], body['errors']]).toEqual([
        400,
        'csv-header-invalid',
        [{ pointer: '/1', code: 'unknown-field', detail: 'Column 2 of the header' }],
      ]);
    });

    it('is refused for other media types', async () => {
      expect((await importing('{}', {}, 'application/json')).status).toBe(415);
      expect((await importing('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
    });

    it('answers a repeat with its key from what it did, and refuses other content under it', async () => {
      const key = { 'idempotency-key': 'import' };
      const first = await importing(lines(aSale('k1'), '{'), key);
      expect((await importing(lines(aSale('k1'), '{'), key)).body).toEqual(first.body);
      const other = await importing(lines(aSale('k2')), key);
      expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
    });

    it('goes on when the store was busy for a moment', async () => {
      busy = 1;
      expect((await importing(lines(aSale('busy')))).body).toMatchObject({ accepted: 1, rejected: 0 });
    });

    it('keeps what was accepted when the client goes away, never a cut line, and can be sent again', async () => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': 'cut',
      };
      const sent = request(new URL('/v1/sales/import', url), { method: 'POST', headers });
      sent.on('error', () => undefined);
      const whole = lines(...Array.from({ length: 600 }, (_, index) => aSale(`cut${String(index)}`)));
      seen = 0;
      sent.write(whole.slice(0, -20));
      await until(() => seen >= 500);
      sent.destroy();
      const find = async () =>
        (
          await database.pool.query<{ status: string; read: bigint; accepted: bigint }>(
            `SELECT status, read, accepted FROM platform.import WHERE status = 'aborted'`,
          )
        ).rows;
      await until(async () => (await find()).length === 1);
      expect(await find()).toEqual([{ status: 'aborted', read: 599n, accepted: 500n }]);
      expect((await importing(whole, { 'idempotency-key': 'cut' })).body).toMatchObject({
        read: 600,
        accepted: 600,
        duplicates: 0,
        rejected: 0,
      });
    });

    it('reads many small items', async () => {
      const count = 30_000;
      const content = lines(...Array.from({ length: count }, (_, index) => aSale(`many${String(index)}`)));
      const { body } = await importing(content);
      expect(body).toMatchObject({ read: count, accepted: count });
    });
  });
});
