import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevelopmentIssuer } from './development-issuer.js';
import { ROLES, SCOPES, scopesOf } from './scopes.js';
import { ServiceTokens } from './service-tokens.js';
import { createTokenVerifier } from './token-verifier.js';

describe('roles', () => {
  it('give an admin every scope, and nobody else those of an admin', () => {
    expect(scopesOf(['admin']).size).toBe(SCOPES.length);
    const others = scopesOf(ROLES.filter((role) => role !== 'admin'));
    for (const scope of [
      'parties:erase',
      'policies:write',
      'api-keys:manage',
      'dead-letters:manage',
      'projections:rebuild',
    ] as const)
      expect(others.has(scope)).toBe(false);
  });

  it('leave no scope to the admin alone that another role needs for its work', () => {
    expect([...scopesOf(['data'])]).toEqual(['feeds:read']);
    expect(scopesOf(['sales']).has('orders:write')).toBe(false);
    expect(scopesOf(['integration']).has('orders:write')).toBe(true);
    expect(scopesOf(['marketer']).has('parties:write')).toBe(false);
    expect(scopesOf(['analyst']).has('campaigns:read')).toBe(false);
  });

  it('that nobody knows give none', () => {
    expect(scopesOf(['root', 'constructor']).size).toBe(0);
  });
});

describe('the development issuer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-issuer-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('keeps its key for itself and leaves no draft behind', async () => {
    await DevelopmentIssuer.open({ folder: join(folder, 'keys'), nodeEnv: undefined });
    expect(await readdir(join(folder, 'keys'))).toEqual(['dev-issuer.json']);
    expect((await stat(join(folder, 'keys', 'dev-issuer.json'))).mode & 0o777).toBe(0o600);
  });

  it('grants a service a token for one audience, against its secret', async () => {
    const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
    const form = {
      grant_type: 'client_credentials',
      client_id: 'marketing',
      client_secret: issuer.clientSecret,
      audience: 'customer-information',
    };
    const { status, body } = await issuer.grant(form);
    expect(status).toBe(200);
    const verifier = (serviceName: string) =>
      createTokenVerifier({ issuer: issuer.issuer, jwks: issuer.jwks, serviceName });
    const principal = await verifier('customer-information').verify(String(body['access_token']));
    expect([principal.actor, principal.roles, principal.scopes.has('permissions:reserve')]).toEqual([
      'service:marketing',
      ['service'],
      true,
    ]);
    await expect(verifier('sales').verify(String(body['access_token']))).rejects.toMatchObject({
      code: 'token-invalid',
    });
    expect((await issuer.grant({ ...form, client_secret: 'guess' })).status).toBe(401);
    expect((await issuer.grant({ ...form, grant_type: 'password' })).status).toBe(400);
    expect((await issuer.grant({ ...form, audience: undefined })).status).toBe(400);
  });

  it('never signs what has no role list', async () => {
    const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
    const verifier = createTokenVerifier({ issuer: issuer.issuer, jwks: issuer.jwks, serviceName: 'sales' });
    const roleless = await issuer.mint({ sub: 'kim', roles: 'admin' as never });
    await expect(verifier.verify(roleless)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  it('that answers something else than its keys is no fault of the token, and keys fetched before go on holding', async () => {
    const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
    let answer: readonly [number, string] = [503, '<html>no upstream</html>'];
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(answer[0]).end(answer[1]);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const jwks = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/jwks`);
    const newVerifier = () => createTokenVerifier({ issuer: issuer.issuer, jwks, serviceName: 'sales' });
    const unavailable = { code: 'issuer-unavailable', details: { status: 503 } };
    const token = await issuer.mint({ sub: 'kim', roles: ['sales'] });
    try {
      const verifier = newVerifier();
      await expect(verifier.verify(token)).rejects.toMatchObject(unavailable);
      await expect(verifier.verify(token)).rejects.toMatchObject(unavailable);
      expect(asked).toBe(1);
      answer = [200, 'no JSON'];
      await expect(newVerifier().verify(token)).rejects.toMatchObject(unavailable);
      answer = [200, '{"no":"keys"}'];
      await expect(newVerifier().verify(token)).rejects.toMatchObject(unavailable);

      answer = [200, JSON.stringify(issuer.jwks)];
      const knowing = newVerifier();
      expect((await knowing.verify(token)).actor).toBe('user:kim');
      answer = [503, ''];
      const now = Date.now();
      jest.spyOn(Date, 'now').mockImplementation(() => now + 11 * 60_000);
      expect((await knowing.verify(token)).actor).toBe('user:kim');
      expect(asked).toBe(5);
    } finally {
      jest.restoreAllMocks();
      server.close();
    }
  });

  it('whose keys cannot be fetched is no fault of the token', async () => {
    const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
    const verifier = createTokenVerifier({
      issuer: issuer.issuer,
      jwks: new URL('http://127.0.0.1:1/jwks'),
      serviceName: 'sales',
    });
    const token = await issuer.mint({ sub: 'kim', roles: ['sales'] });
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: 'issuer-unavailable',
      details: { status: 503 },
    });
  });
});

describe('tokens of a service', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const wait = (ms: number): void => {
    const later = Date.now() + ms;
    jest.spyOn(Date, 'now').mockReturnValue(later);
  };

  it('are asked for once per callee, and again before they end', async () => {
    const asked: string[] = [];
    const tokens = new ServiceTokens((audience) => {
      asked.push(audience);
      return Promise.resolve({ token: `${audience} ${String(asked.length)}`, lifeMs: 600_000 });
    });
    expect(await Promise.all([tokens.tokenFor('sales'), tokens.tokenFor('sales')])).toEqual(['sales 1', 'sales 1']);
    expect(await tokens.tokenFor('service')).toBe('service 2');
    wait(500_000);
    expect(await tokens.tokenFor('sales')).toBe('sales 1');
    wait(45_000);
    expect(await tokens.tokenFor('sales')).toBe('sales 3');
  });

  it('that live for a minute are kept for half of it', async () => {
    let asked = 0;
    const tokens = new ServiceTokens(() => Promise.resolve({ token: String((asked += 1)), lifeMs: 60_000 }));
    const after = async (ms: number): Promise<string> => (wait(ms), tokens.tokenFor('sales'));
    expect([await after(0), await after(29_000), await after(1_000)]).toEqual(['1', '1', '2']);
  });

  it('are asked for again after a failure', async () => {
    let fail = true;
    const tokens = new ServiceTokens(() =>
      fail ? Promise.reject(new Error('down')) : Promise.resolve({ token: 'up', lifeMs: 600_000 }),
    );
    await expect(tokens.tokenFor('sales')).rejects.toThrow('down');
    fail = false;
    expect(await tokens.tokenFor('sales')).toBe('up');
  });
});
