import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { currentContext } from '@crm/event-sourcing';
import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpApp, type HttpApp } from '../http/http-app.js';
import { PLATFORM_SCHEMA } from '../http/platform-schema.js';
import { Public, Scope } from '../http/route.js';
import { createLogger } from '../logging/logger.js';
import { DevelopmentIssuer } from './development-issuer.js';
import { createTokenVerifier } from './token-verifier.js';

@Controller('v1/notes')
class NoteController {
  @Get('context')
  @Scope('cases:read')
  context(): unknown {
    return currentContext();
  }

  @Post()
  @Scope('cases:write')
  write(): object {
    return {};
  }

  @Get('open')
  @Public()
  open(): { open: boolean } {
    return { open: true };
  }
}

@Module({ controllers: [NoteController] })
class NoteModule {}

describe('who may do what over HTTP', () => {
  let database: TestDatabase;
  let issuer: DevelopmentIssuer;
  let http: HttpApp;
  let url: string;
  let folder: string;
  let ahead = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(PLATFORM_SCHEMA);
    folder = await mkdtemp(join(tmpdir(), 'crm-issuer-'));
    issuer = await DevelopmentIssuer.open({ folder, nodeEnv: 'test' });
    http = await createHttpApp({
      module: NoteModule,
      serviceName: 'service',
      logger: createLogger({ service: 'service', level: 'silent' }),
      verifier: createTokenVerifier({ issuer: issuer.issuer, jwks: issuer.jwks, serviceName: 'service' }),
      pool: database.pool,
      fingerprintKey: new Uint8Array(32),
      incarnation: () => Promise.resolve('first'),
      clock: () => Date.now() + ahead,
    });
    await http.app.listen(0, '127.0.0.1');
    url = await http.app.getUrl();
  });

  afterAll(async () => {
    await http.app.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const token = (role: 'admin' | 'agent'): Promise<string> => issuer.mint({ sub: `a ${role}`, roles: [role] });

  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${await token('agent')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };

  describe('tokens', () => {
    const codeOf = async (headers: Record<string, string>): Promise<unknown> => {
      const { status, body } = await send('GET', '/v1/notes/context', undefined, headers);
      return [status, body['code']];
    };
    const bearer = async (wish: Parameters<DevelopmentIssuer['mint']>[0]): Promise<Record<string, string>> => ({
      authorization: `Bearer ${await issuer.mint(wish)}`,
    });

    it('are needed on every route that is not public', async () => {
      expect(await codeOf({ authorization: '' })).toEqual([401, 'token-missing']);
      expect((await send('GET', '/v1/notes/open', undefined, { authorization: '' })).body).toEqual({ open: true });
      expect((await send('GET', '/health/live', undefined, { authorization: '' })).status).toBe(200);
    });

    it('are refused when expired, for another service, from another issuer, or forged', async () => {
      const agent = { sub: 'kim', roles: ['agent'] as const };
      expect(await codeOf(await bearer({ ...agent, ttl: -60 }))).toEqual([401, 'token-expired']);
      expect(await codeOf(await bearer({ ...agent, aud: 'sales' }))).toEqual([401, 'token-invalid']);
      const elsewhere = await mkdtemp(join(tmpdir(), 'crm-issuer-'));
      const other = await DevelopmentIssuer.open({ folder: elsewhere, nodeEnv: 'test' });
      expect(await codeOf({ authorization: `Bearer ${await other.mint(agent)}` })).toEqual([401, 'token-invalid']);
      expect(await codeOf({ authorization: 'Bearer a.b.c' })).toEqual([401, 'token-invalid']);
      await rm(elsewhere, { recursive: true });
    });

    it('need the scope of the route, which the problem names', async () => {
      const { status, body } = await send(
        'POST',
        '/v1/notes',
        { text: 'x' },
        await bearer({ sub: 'ann', roles: ['analyst'] }),
      );
      expect([status, body['code'], body['scope']]).toEqual([403, 'scope-missing', 'cases:write']);
    });

    it('outlast a restart of the development issuer, which refuses production', async () => {
      const again = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
      expect(again.jwks).toEqual(issuer.jwks);
      await expect(DevelopmentIssuer.open({ folder, nodeEnv: 'production' })).rejects.toThrow('production');
    });
  });

  describe('API keys', () => {
    it('are made by an admin, shown once, work until they are revoked', async () => {
      const admin = { authorization: `Bearer ${await token('admin')}` };
      const made = await send('POST', '/v1/api-keys/service', { name: 'call center', roles: ['agent'] }, admin);
      expect(made.status).toBe(201);
      const key = { authorization: '', 'x-api-key': String(made.body['key']) };
      expect((await send('GET', '/v1/notes/context', undefined, key)).body['actor']).toBe('client:call center');
      const listed = await send('GET', '/v1/api-keys/service', undefined, admin);
      expect(listed.body['items']).toEqual([
        expect.objectContaining({ name: 'call center', roles: ['agent'], revokedAt: null }),
      ]);
      expect(JSON.stringify(listed.body)).not.toContain(String(made.body['key']).slice(-43));
      expect(
        (await send('POST', '/v1/api-keys/service', { name: 'call center', roles: ['agent'] }, admin)).status,
      ).toBe(409);
      expect((await send('DELETE', `/v1/api-keys/service/${String(made.body['id'])}`, undefined, admin)).status).toBe(
        204,
      );
      expect((await send('GET', '/v1/notes/context', undefined, key)).body['code']).toBe('token-invalid');
    });

    it('cannot be made by others, nor with unknown roles or those of a service', async () => {
      const admin = { authorization: `Bearer ${await token('admin')}` };
      expect((await send('POST', '/v1/api-keys/service', { name: 'x', roles: ['agent'] })).status).toBe(403);
      expect((await send('POST', '/v1/api-keys/service', { name: 'x', roles: ['service'] }, admin)).status).toBe(400);
    });

    it('cannot be made when they have expired already', async () => {
      const admin = { authorization: `Bearer ${await token('admin')}` };
      const wish = { name: 'late', roles: ['agent'], expiresAt: '2020-01-01T00:00:00Z' };
      const answer = await send('POST', '/v1/api-keys/service', wish, admin);
      expect([answer.status, answer.body['code']]).toEqual([400, 'validation-failed']);
    });

    it('expire', async () => {
      const admin = { authorization: `Bearer ${await token('admin')}` };
      const wish = { name: 'old', roles: ['agent'], expiresAt: new Date(Date.now() + 60_000).toISOString() };
      const { body } = await send('POST', '/v1/api-keys/service', wish, admin);
      ahead = 120_000;
      const answer = await send('GET', '/v1/notes/context', undefined, {
        authorization: '',
        'x-api-key': String(body['key']),
      });
      ahead = 0;
      expect(answer.body['code']).toBe('token-expired');
    });
  });
});
