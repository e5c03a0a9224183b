import { expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevelopmentIssuer } from './development-issuer.js';
import { registerDevelopmentIssuer } from './development-issuer-routes.js';
import { clientCredentials, ServiceTokens } from './service-tokens.js';
import { createTokenVerifier } from './token-verifier.js';

it('gives services their tokens and verifiers its keys over HTTP', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-issuer-'));
  const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
  const server = fastify();
  registerDevelopmentIssuer(server, issuer);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const credentials = { tokenUrl: new URL('/dev-issuer/token', url), clientId: 'marketing' };
  const tokens = new ServiceTokens(clientCredentials({ ...credentials, clientSecret: issuer.clientSecret }));
  const jwks = new URL('/dev-issuer/jwks', url);
  const verifier = createTokenVerifier({ issuer: issuer.issuer, jwks, serviceName: 'customer-information' });

  const principal = await verifier.verify(await tokens.tokenFor('customer-information'));
  expect(principal.actor).toBe('service:marketing');
  await expect(
    clientCredentials({ ...credentials, clientSecret: 'guess' })('customer-information'),
  ).rejects.toMatchObject({ code: 'issuer-unavailable' });

  await server.close();
  await rm(folder, { recursive: true });
});
