import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  currentContext,
  EventStore,
  InMemoryEventLog,
  Rejected,
  type Aggregate,
  type DomainEvent,
} from '@crm/event-sourcing';
import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { Body, Controller, Get, Inject, Module, Param, Patch, Post, Query } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Length, Min, ValidateNested } from 'class-validator';
import { Writable } from 'node:stream';
import { DevelopmentIssuer } from '../auth/development-issuer.js';
import type { Role } from '../auth/scopes.js';
import { createTokenVerifier } from '../auth/token-verifier.js';
import { createLogger } from '../logging/logger.js';
import { Answer, changed, create, created } from './answer.js';
import { CommandHeaders, CommandRequest } from './command-request.js';
import { createHttpApp, type HttpApp } from './http-app.js';
import { MoneyBody } from './money.js';
import { PLATFORM_SCHEMA } from './platform-schema.js';
import { Describe, Public, ReadModels, Scope } from './route.js';
import { IsId, IsOccurredAt, PartyBody } from './validators.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type NoteWritten = DomainEvent<'NoteWritten', { readonly text: string }>;
type NoteRewritten = DomainEvent<'NoteRewritten', { readonly text: string }>;
type NoteEvent = NoteWritten | NoteRewritten;

interface Note {
  readonly text: string | undefined;
}

const noteAggregate: Aggregate<Note, NoteEvent> = {
  category: 'note',
  initial: { text: undefined },
  evolve: (_, event) => ({ text: event.data.text }),
};

const writeNote =
  (text: string) =>
  (note: Note): readonly NoteEvent[] => {
    if (note.text === text) return [];
    if (note.text !== undefined) throw new Rejected('note-taken', 'The note says something else');
    return [{ type: 'NoteWritten', data: { text } }];
  };

class LineBody {
  @IsString() @Length(1, 5) readonly sku!: string;
  @IsInt() @Min(1) readonly quantity!: number;
}

class WriteNoteBody {
  @IsOptional() @IsId() readonly noteId?: string;
  @IsString() @Length(1, 200) readonly text!: string;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => LineBody) readonly lines?: LineBody[];
  @IsOptional() @ValidateNested() @Type(() => MoneyBody) readonly amount?: MoneyBody;
  @IsOptional() @IsIn(['low', 'high']) readonly priority?: string;
  @IsOptional() @IsOccurredAt() readonly occurredAt?: string;
}

class NameOfPartyBody extends PartyBody {}

class RewriteNoteBody {
  @IsString() readonly text!: string;
}

const store = new EventStore(new InMemoryEventLog());

@Controller('v1/notes')
class NoteController {
  constructor(@Inject(EventStore) private readonly events: EventStore) {}

  @Post()
  @Scope('cases:write')
  @Describe({ summary: 'Write a note' })
  async write(@Body() body: WriteNoteBody, @CommandHeaders() command: CommandRequest): Promise<Answer> {
    return created(
      await create(this.events, noteAggregate, command.idFor(body.noteId), writeNote(body.text), command.options),
    );
  }

  @Patch(':id')
  @Scope('cases:write')
  @Describe({ summary: 'Rewrite a note' })
  async rewrite(
    @Param('id') id: string,
    @Body() body: RewriteNoteBody,
    @CommandHeaders() command: CommandRequest,
  ): Promise<Answer> {
    const rewritten = (): readonly NoteEvent[] => [{ type: 'NoteRewritten', data: { text: body.text } }];
    return changed(await this.events.transact(noteAggregate, id, rewritten, command.options));
  }

  @Post('party')
  @Scope('cases:write')
  party(@Body() body: NameOfPartyBody): { partyId: string | undefined } {
    return { partyId: body.partyId };
  }

  @Get('context')
  @Scope('cases:read')
  async context(): Promise<unknown> {
    await Promise.resolve();
    return currentContext();
  }

  @Post('context')
  @Scope('cases:write')
  async contextAfterBody(@Body() body: RewriteNoteBody): Promise<unknown> {
    await Promise.resolve();
    return { ...currentContext(), text: body.text };
  }

  @Get('broken')
  @Scope('cases:read')
  broken(@Query('secret') secret: string): never {
    throw new Error(`boom ${secret.length > 0 ? 'kept' : ''}`);
  }

  @Get('behind')
  @Scope('cases:read')
  @ReadModels('notes')
  behind(): { read: boolean } {
    return { read: true };
  }

  @Get('open')
  @Public()
  open(): { open: boolean } {
    return { open: true };
  }
}

@Module({ controllers: [NoteController], providers: [{ provide: EventStore, useValue: store }] })
class NoteModule {}

@Controller('v1/unguarded')
class UnguardedController {
  @Get()
  get(): string {
    return '';
  }
}

@Module({ controllers: [UnguardedController] })
class UnguardedModule {}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

describe('a service over HTTP', () => {
  let database: TestDatabase;
  let issuer: DevelopmentIssuer;
  let http: HttpApp;
  let url: string;
  let folder: string;
  let gatePosition = 0n;
  const lines: string[] = [];

  const options = () => ({
    serviceName: 'service',
    logger: createLogger({
      service: 'service',
      destination: new Writable({
        write(chunk: Buffer, _, done) {
          lines.push(chunk.toString());
          done();
        },
      }),
    }),
    verifier: createTokenVerifier({ issuer: issuer.issuer, jwks: issuer.jwks, serviceName: 'service' }),
    pool: database.pool,
    fingerprintKey: new Uint8Array(32),
    incarnation: () => Promise.resolve('first'),
  });

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(PLATFORM_SCHEMA);
    folder = await mkdtemp(join(tmpdir(), 'crm-issuer-'));
    issuer = await DevelopmentIssuer.open({ folder, nodeEnv: 'test' });
    http = await createHttpApp({
      ...options(),
      module: NoteModule,
      metricsPublic: true,
      limits: { bodyBytes: 2_000 },
      readAfterGate: {
        wait: (token, _, signal) =>
          new Promise((resolve) => {
            if (token.every(({ position }) => position <= gatePosition)) resolve();
            else signal.addEventListener('abort', () => resolve());
          }),
      },
    });
    await http.app.listen(0, '127.0.0.1');
    url = await http.app.getUrl();
  });

  afterAll(async () => {
    await http.app.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const token = (role: Role): Promise<string> => issuer.mint({ sub: `a ${role}`, roles: [role] });

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${await token('agent')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };

  describe('commands', () => {
    it('answers a made thing with 201, its version and a read-after token', async () => {
      const { status, headers, body } = await send('POST', '/v1/notes', { text: 'first' });
      expect(status).toBe(201);
      expect(headers.get('etag')).toBe('"1"');
      expect(body).toEqual({ id: expect.any(String), version: 1, readAfter: expect.any(String) });
    });

    it('answers a repeat with the same id and status, also when both arrive at once', async () => {
      const keyed = () => send('POST', '/v1/notes', { text: 'keyed' }, { 'idempotency-key': 'once' });
      const [first, second] = await Promise.all([keyed(), keyed()]);
      const third = await keyed();
      expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
      expect(second.body).toEqual(first.body);
      expect(third.body).toEqual(first.body);
    });

    it('answers 200 when the thing was there, and a repeat of that too', async () => {
      const noteId = '0193a0f0-0000-7000-8000-00000000000A';
      expect((await send('POST', '/v1/notes', { noteId, text: 'there' })).status).toBe(201);
      const again = () => send('POST', '/v1/notes', { noteId, text: 'there' }, { 'idempotency-key': 'again' });
      expect([(await again()).status, (await again()).status]).toEqual([200, 200]);
    });

    it('refuses a used key with other content', async () => {
      await send('POST', '/v1/notes', { text: 'one' }, { 'idempotency-key': 'reused' });
      const { status, body } = await send('POST', '/v1/notes', { text: 'two' }, { 'idempotency-key': 'reused' });
      expect([status, body['code']]).toEqual([422, 'idempotency-key-reused']);
    });

    it('keeps the keys of two clients apart', async () => {
      const mine = await send('POST', '/v1/notes', { text: 'mine' }, { 'idempotency-key': 'shared' });
      const theirs = await send(
        'POST',
        '/v1/notes',
        { text: 'theirs' },
        { 'idempotency-key': 'shared', authorization: `Bearer ${await token('admin')}` },
      );
      expect(theirs.status).toBe(201);
      expect(theirs.body['id']).not.toBe(mine.body['id']);
    });

    it('refuses a malformed key', async () => {
      const { status, body } = await send('POST', '/v1/notes', { text: 'x' }, { 'idempotency-key': 'k'.repeat(129) });
      expect([status, body['code']]).toEqual([400, 'idempotency-key-malformed']);
    });

    it('changes at the expected version only', async () => {
      const { body } = await send('POST', '/v1/notes', { text: 'v1' });
      const path = `/v1/notes/${String(body['id'])}`;
      expect((await send('PATCH', path, { text: 'v2' }, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"');
      const stale = await send('PATCH', path, { text: 'v3' }, { 'if-match': '1' });
      expect([stale.status, stale.body['code'], stale.body['currentVersion']]).toEqual([412, 'version-stale', 2]);
      const malformed = await send('PATCH', path, { text: 'v3' }, { 'if-match': 'latest' });
      expect([malformed.status, malformed.body['code']]).toEqual([400, 'if-match-malformed']);
    });

    it('answers a refusal of the domain with 409 and its code', async () => {
      const noteId = '0193a0f0-0000-7000-8000-00000000000b';
      await send('POST', '/v1/notes', { noteId, text: 'one' });
      const { status, headers, body } = await send('POST', '/v1/notes', { noteId, text: 'two' });
      expect([status, headers.get('content-type')]).toEqual([409, 'application/problem+json']);
      expect(body).toEqual({
        type: 'urn:crm:problem:note-taken',
        title: 'Note taken',
        status: 409,
        detail: 'The note says something else',
        code: 'note-taken',
      });
    });
  });

  describe('problems', () => {
    it('name every field at fault by pointer, nested ones too, and no value', async () => {
      const { status, body } = await send('POST', '/v1/notes', {
        text: 'x'.repeat(201),
        lines: [
          { sku: 'a', quantity: 1 },
          { sku: 'seven77', quantity: 0 },
        ],
        amount: { amountMinor: 1.5, currency: 'XXX' },
        priority: 'kim@example.com',
        hobby: 'chess',
        'kim@example.com': 1,
      });
      expect([status, body['code']]).toEqual([400, 'validation-failed']);
      const errors = body['errors'] as readonly { pointer: string; code: string }[];
      expect(errors.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
        ' unknown-field',
        '/amount/amountMinor wrong-type',
        '/amount/currency not-allowed',
        '/hobby unknown-field',
        '/lines/1/quantity too-small',
        '/lines/1/sku too-long',
        '/priority not-allowed',
        '/text too-long',
      ]);
      expect(JSON.stringify(body)).not.toMatch(/kim|seven77|chess/);
    });

    it('say what is missing, and when a time lies in the future', async () => {
      const ahead = new Date(Date.now() + 10 * 60_000).toISOString();
      const { body } = await send('POST', '/v1/notes', { occurredAt: ahead });
      expect(
        (body['errors'] as { pointer: string; code: string }[]).map(({ pointer, code }) => [pointer, code]),
      ).toEqual([
        ['/text', 'required'],
        ['/occurredAt', 'occurred-at-in-future'],
      ]);
    });

    it('ask for exactly one way to name a party', async () => {
      const codes = async (body: object): Promise<unknown> =>
        ((await send('POST', '/v1/notes/party', body)).body['errors'] as { code: string }[] | undefined)?.map(
          ({ code }) => code,
        );
      const partyId = '0193a0f0-0000-7000-8000-00000000000C';
      expect(await codes({})).toEqual(['exactly-one']);
      expect(await codes({ partyId, partyRef: 'cdnow:1' })).toEqual(['exactly-one']);
      expect(await codes({ partyRef: 'nothing' })).toEqual(['wrong-format']);
      expect(await codes({ partyRef: 'cdnow:00004' })).toBeUndefined();
      expect((await send('POST', '/v1/notes/party', { partyId })).body).toEqual({ partyId: partyId.toLowerCase() });
    });

    it.each([
      ['a broken body', '{"text": ', 400, 'malformed-json'],
      ['an empty body', '', 400, 'validation-failed'],
      ['a body that is no UTF-8 JSON', 'text', 400, 'malformed-json'],
      ['a body with a forged prototype', '{"__proto__": {"x": 1}}', 400, 'malformed-json'],
      ['a body that is no object', '[]', 400, 'validation-failed'],
      ['a large body', JSON.stringify({ text: 'x'.repeat(3_000) }), 413, 'body-too-large'],
    ])('answer %s', async (_, body, status, code) => {
      const answer = await send('POST', '/v1/notes', body);
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
    });

    it('answer unknown routes, other media types and broken URLs', async () => {
      expect((await send('GET', '/v1/nothing')).body['code']).toBe('not-found');
      expect((await send('POST', '/v1/notes', '<a/>', { 'content-type': 'text/xml' })).status).toBe(415);
      expect((await send('POST', '/v1/notes', 'text', { 'content-type': 'text/plain' })).body['code']).toBe(
        'media-type-unsupported',
      );
      const deleted = await send('DELETE', '/v1/notes');
      expect([deleted.status, deleted.body['code'], deleted.headers.get('allow')]).toEqual([
        405,
        'method-not-allowed',
        'POST',
      ]);
      const broken = await send('GET', '/v1/notes/%');
      expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    });

    it('hide unexpected errors from the client and log them once, with the correlation id', async () => {
      const correlationId = '0193a0f0-0000-7000-8000-0000000000ff';
      lines.length = 0;
      const { status, body, headers } = await send('GET', '/v1/notes/broken?secret=sesame', undefined, {
        'x-correlation-id': correlationId,
      });
      expect([status, body['code'], headers.get('x-correlation-id')]).toEqual([500, 'internal-error', correlationId]);
      expect(JSON.stringify(body)).not.toContain('boom');
      const failures = lines.filter((line) => line.includes('boom'));
      expect(failures).toHaveLength(1);
      expect(failures[0]).toContain(correlationId);
      expect(lines.join('')).not.toContain('sesame');
    });
  });

  describe('the context', () => {
    it('has the caller as its actor, and survives the reading of a body', async () => {
      const correlationId = '0193a0f0-0000-7000-8000-0000000000fe';
      const headers = { 'x-correlation-id': correlationId };
      const context = { correlationId, causationId: null, actor: 'user:a agent' };
      expect((await send('GET', '/v1/notes/context', undefined, headers)).body).toEqual(context);
      expect((await send('POST', '/v1/notes/context', { text: 't' }, headers)).body).toEqual({ ...context, text: 't' });
    });
  });

  describe('reading after a write', () => {
    it('waits for the read model, and says so when it stays behind', async () => {
      const written = await send('POST', '/v1/notes', { text: 'to be read' });
      const headers = { 'read-after': String(written.body['readAfter']) };
      gatePosition = 0n;
      const behind = await send('GET', '/v1/notes/behind', undefined, headers);
      expect([behind.status, behind.body['code'], behind.headers.get('retry-after')]).toEqual([
        503,
        'read-after-timeout',
        '1',
      ]);
      gatePosition = 1_000n;
      expect((await send('GET', '/v1/notes/behind', undefined, headers)).body).toEqual({ read: true });
      expect((await send('GET', '/v1/notes/behind', undefined, { 'read-after': 'nonsense' })).body['code']).toBe(
        'read-after-malformed',
      );
      const elsewhere = await send('GET', '/v1/notes/context', undefined, { 'read-after': 'nonsense' });
      expect([elsewhere.status, elsewhere.body['code']]).toEqual([400, 'read-after-malformed']);
    });
  });

  describe('operation', () => {
    it('describes every route in OpenAPI 3.1', async () => {
      const { body } = await send('GET', '/openapi.json', undefined, { authorization: '' });
      const document = body as unknown as {
        openapi: string;
        paths: Record<string, Record<string, { requestBody?: unknown; parameters: { name: string }[] }>>;
        components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
      };
      expect(document.openapi).toBe('3.1.0');
      expect(document.paths['/v1/notes']?.['post']?.requestBody).toEqual({
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/WriteNoteBody' } } },
      });
      expect(document.paths['/v1/notes/{id}']?.['patch']?.parameters.map(({ name }) => name)).toEqual([
        'id',
        'Idempotency-Key',
        'If-Match',
      ]);
      const { schemas } = document.components;
      expect(Object.keys(schemas)).toEqual(
        expect.arrayContaining(['WriteNoteBody', 'LineBody', 'MoneyBody', 'CreateApiKeyBody', 'Problem']),
      );
      expect(schemas['WriteNoteBody']?.properties?.['lines']).toMatchObject({
        type: 'array',
        items: { $ref: '#/components/schemas/LineBody' },
      });
    });

    it('serves Swagger UI from the installed package under its own content policy', async () => {
      const response = await fetch(new URL('/docs', url));
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(await response.text()).not.toMatch(/https?:\/\//);
      expect((await fetch(new URL('/docs/swagger-ui-bundle.js', url))).status).toBe(200);
    });

    it('counts requests by route template', async () => {
      await send('PATCH', '/v1/notes/0193a0f0-0000-7000-8000-00000000000d', { text: 'x' });
      const metrics = await (await fetch(new URL('/metrics', url))).text();
      expect(metrics).toMatch(/http_request_duration_seconds_count\{[^}]*route="\/v1\/notes\/:id"[^}]*\} \d+/);
      expect(metrics).not.toContain('0193a0f0');
    });

    it('tells the state of each dependency', async () => {
      http.health.add({ name: 'database', check: () => Promise.resolve({ ok: true }) });
      expect((await send('GET', '/health/ready')).body).toEqual({ status: 'up', checks: { database: { ok: true } } });
      http.health.add({ name: 'database', check: () => Promise.reject(new Error('gone')) });
      expect(await send('GET', '/health/ready')).toMatchObject({
        status: 503,
        body: { status: 'down', checks: { database: { ok: false } } },
      });
    });

    it('logs route templates, never URLs', async () => {
      lines.length = 0;
      await send('PATCH', '/v1/notes/0193a0f0-0000-7000-8000-00000000000e?name=kim', { text: 'confidential' });
      const [line = ''] = lines.filter((one) => one.includes('"msg":"request"'));
      expect(JSON.parse(line)).toMatchObject({
        method: 'PATCH',
        route: '/v1/notes/:id',
        status: 200,
        actor: 'user:a agent',
      });
      expect(lines.join('')).not.toMatch(/kim|confidential|00000000000e/);
    });

    it('does not start with a route that nobody guards', async () => {
      await expect(createHttpApp({ ...options(), module: UnguardedModule })).rejects.toThrow('GET /v1/unguarded');
    });

    it('slows a client that asks too often', async () => {
      const slow = await createHttpApp({ ...options(), module: NoteModule, limits: { requestsPerMinute: 2 } });
      const headers = { authorization: `Bearer ${await token('agent')}` };
      await slow.app.listen(0, '127.0.0.1');
      const address = new URL('/v1/notes/context', await slow.app.getUrl());
      const ask = () => fetch(address, { headers });
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
      const third = await ask();
      expect([third.status, ((await third.json()) as { code: string }).code]).toEqual([429, 'too-many-requests']);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      await slow.app.close();
    });

    it.each([
      ['loopback', [401, 429, 401]],
      [undefined, [401, 429, 429]],
    ])('counts wrong tokens by the address that a trusted gateway names (%s)', async (trustedProxies, expected) => {
      const limits = { failuresPerMinute: 1 };
      const behind = await createHttpApp({ ...options(), module: NoteModule, limits, trustedProxies });
      await behind.app.listen(0, '127.0.0.1');
      const address = new URL('/v1/notes/context', await behind.app.getUrl());
      const ask = async (client: string): Promise<number> =>
        (await fetch(address, { headers: { authorization: 'Bearer none', 'x-forwarded-for': client } })).status;
      expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.2')]).toEqual(expected);
      await behind.app.close();
    });
  });
});
