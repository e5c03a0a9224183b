import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '@crm/contracts';
import { createPool } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Type } from '@sinclair/typebox';
import { ConfigInvalid, describeConfig, loadConfig, secret, type Environment } from '../config/config.js';
import { defineService } from '../service/service-definition.js';
import { urlVariableOf } from './ports.js';
import { serviceConfig, serviceVariables, type ServiceConfig } from './service-config.js';

const marketing = defineService({
  name: 'marketing',
  modules: [],
  migrations: [],
  settings: Type.Object({
    CRM_SMTP_URL: Type.Optional(secret({ requires: ['CRM_PUBLIC_URL'] })),
    CRM_SMTP_POOL: Type.Integer({ minimum: 1, default: 5 }),
    CRM_PUBLIC_URL: Type.Optional(Type.String()),
  }),
  publish: () => undefined,
  projections: () => [],
  reactors: () => [],
});

const key = (letter: string): string => Buffer.alloc(32, letter).toString('base64');

const sound: Environment = {
  ...Object.fromEntries(SERVICES.map((name) => [urlVariableOf(name), `http://${name}.example:8080`])),
  CRM_DATABASE_URL: 'postgres://crm:pass%40word@db.example:5432/crm_marketing',
  CRM_KAFKA_BROKERS: 'kafka-1.example:9092, kafka-2.example:9092',
  CRM_REDIS_URL: 'redis://redis.example:6379',
  CRM_ISSUER: 'https://login.example',
  CRM_JWKS_URL: 'https://login.example/certs',
  CRM_TOKEN_URL: 'https://login.example/token',
  CRM_CLIENT_SECRET: 'a client secret',
  CRM_KEY_ENCRYPTION_KEYS: `2026-07:${key('a')},2025-01:${key('b')}`,
  CRM_INDEX_KEY: key('c'),
  CRM_REFERENCE_KEY: key('d'),
};

const configOf = (changes: Environment = {}): ServiceConfig => serviceConfig(marketing, { ...sound, ...changes });

function faultsOf(changes: Environment): Readonly<Record<string, string>> {
  try {
    configOf(changes);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return Object.fromEntries(error.faults.map(({ variable, problem }) => [variable, problem]));
  }
}

describe('the configuration of a service', () => {
  it('has the ports that belong to the service, on loopback, unless told otherwise', () => {
    expect(configOf()).toMatchObject({
      address: '127.0.0.1',
      port: 4102,
      managementAddress: '127.0.0.1',
      managementPort: 4202,
      clientId: 'marketing',
      shutdownMs: 25_000,
      migrateOnStart: false,
      tracing: undefined,
    });
    expect([configOf().databaseConnections, configOf({ CRM_DATABASE_CONNECTIONS: '30' }).databaseConnections]).toEqual([
      12, 30,
    ]);
    expect(configOf({ CRM_ADDRESS: '0.0.0.0', CRM_PORT: '80' })).toMatchObject({ address: '0.0.0.0', port: 80 });
  });

  it('knows the service’s own variables, and where the others are', () => {
    const { settings, urls } = configOf();
    expect(settings).toEqual({ CRM_SMTP_POOL: 5 });
    expect(urls.get('customer-information')).toBe('http://customer-information.example:8080');
  });

  it('takes the client’s address from proxies that it can tell apart only', () => {
    const trusted = 'loopback, 10.0.0.0/8,2001:db8::/32 , 192.0.2.1';
    expect(configOf({ CRM_TRUSTED_PROXIES: trusted }).trustedProxies).toBe(trusted);
    for (const wrong of ['gateway', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', 'loopback,', '*'])
      expect(faultsOf({ CRM_TRUSTED_PROXIES: wrong })).toEqual({
        CRM_TRUSTED_PROXIES:
          'must be a comma list of addresses, networks like 10.0.0.0/8, loopback, linklocal, uniquelocal',
      });
  });

  it('lists every fault at once, and no value', () => {
    const faults = faultsOf({
      CRM_PORT: 'eighty',
      CRM_DATABASE_URL: 'mysql://root:hunter2@db',
      CRM_KAFKA_BROKERS: 'kafka',
      CRM_REDIS_URL: '',
      CRM_JWKS_URL: 'certs',
      CRM_SALES_URL: undefined,
      CRM_LOG_LEVEL: 'loud',
      CRM_SMTP_URL: 'smtp://user:hunter2@mail',
      CRM_INDEX_KEY: 'hunter2',
    });
    expect(faults).toMatchObject({
      CRM_PORT: 'must be a valid integer, at least 0, at most 65535',
      CRM_DATABASE_URL: 'must be a postgres:// URL',
      CRM_KAFKA_BROKERS: 'must be a comma list of host:port',
      CRM_REDIS_URL: 'is missing',
      CRM_JWKS_URL: 'must be an http or https URL',
      CRM_SALES_URL: 'is missing',
      CRM_LOG_LEVEL: expect.stringContaining('must be one of "trace"'),
      CRM_PUBLIC_URL: 'is needed with CRM_SMTP_URL',
      CRM_INDEX_KEY: 'must be 32 bytes in base64',
    });
    expect(JSON.stringify(faults)).not.toMatch(/hunter2|eighty/);
  });

  it('is shown without passwords and keys', () => {
    const { schema, rules } = serviceVariables(marketing);
    const shown = JSON.stringify(describeConfig(schema, loadConfig(schema, sound, rules), sound));
    for (const name of ['CRM_DATABASE_URL', 'CRM_REDIS_URL', 'CRM_CLIENT_SECRET', 'CRM_INDEX_KEY'])
      expect(shown).toContain(`"${name}":{"value":"***","from":"environment"}`);
    expect(shown).not.toMatch(/pass%40word|a client secret/);
    expect(shown).not.toContain(key('a'));
  });
});

describe('the keys of a service', () => {
  it('are its own, the first key-encryption key being the current one', () => {
    const { keks, indexKey } = configOf().keys;
    expect([keks.current, Object.keys(keks.keys), Buffer.from(indexKey).toString('base64')]).toEqual([
      '2026-07',
      ['2026-07', '2025-01'],
      key('c'),
    ]);
  });

  it.each([
    ['a wrong length', `one:${Buffer.alloc(16).toString('base64')}`],
    ['no id', key('a')],
    ['the same id twice', `one:${key('a')},one:${key('b')}`],
  ])('are refused with %s', (_, keks) => {
    expect(faultsOf({ CRM_KEY_ENCRYPTION_KEYS: keks })).toEqual({
      CRM_KEY_ENCRYPTION_KEYS: expect.stringContaining('each key 32 bytes'),
    });
  });

  it('of development are refused in production, and beside others', () => {
    const development = { CRM_DEVELOPMENT_KEYS: 'true', CRM_KEY_ENCRYPTION_KEYS: '', CRM_REFERENCE_KEY: '' };
    expect(faultsOf({ ...development, CRM_INDEX_KEY: '' })).toEqual({});
    expect(faultsOf({ ...development, NODE_ENV: 'production' })).toEqual({
      CRM_DEVELOPMENT_KEYS: 'is refused in production',
      CRM_INDEX_KEY: 'is given beside CRM_DEVELOPMENT_KEYS',
    });
  });
});

describe('encryption on the way', () => {
  let folder: string;
  let ca: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'crm-config-'));
    ca = join(folder, 'ca.pem');
    writeFileSync(ca, 'CERTIFICATE');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the driver makes of the URL. */
  const driverOf = async (changes: Environment): Promise<Readonly<Record<string, unknown>>> => {
    const pool = createPool({ url: configOf(changes).databaseUrl });
    const { Client, options } = pool as unknown as {
      Client: new (of: unknown) => { connectionParameters: Readonly<Record<string, unknown>> };
      options: unknown;
    };
    const { connectionParameters } = new Client(options);
    await pool.end();
    return connectionParameters;
  };
  const database = (parameters: string): string => `${sound['CRM_DATABASE_URL'] ?? ''}${parameters}`;

  it('to PostgreSQL is off unless it is asked for', async () => {
    expect((await driverOf({})).ssl).toBe(false);
  });

  it('to PostgreSQL checks the certificate and the name, against the given CA', async () => {
    const full = { ca: 'CERTIFICATE' };
    expect((await driverOf({ CRM_DATABASE_CA_FILE: ca })).ssl).toEqual(full);
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(
        (await driverOf({ CRM_DATABASE_CA_FILE: ca, CRM_DATABASE_URL: database(`?sslmode=${mode}`) })).ssl,
      ).toEqual(full);
  });

  it('to PostgreSQL checks against the system’s CAs without a given one, and not at all only by name', async () => {
    expect((await driverOf({ CRM_DATABASE_URL: database('?sslmode=require') })).ssl).toEqual({});
    expect((await driverOf({ CRM_DATABASE_URL: database('?sslmode=no-verify') })).ssl).toEqual({
      rejectUnauthorized: false,
    });
  });

  it('to PostgreSQL never falls back to plain text unseen', () => {
    expect(faultsOf({ CRM_DATABASE_URL: database('?sslmode=prefer') })['CRM_DATABASE_URL']).toContain('sslmode');
    expect(
      faultsOf({ CRM_DATABASE_CA_FILE: ca, CRM_DATABASE_URL: database('?sslmode=disable') })['CRM_DATABASE_URL'],
    ).toContain('CRM_DATABASE_CA_FILE');
  });

  it('leaves the search path of the service alone', async () => {
    expect(faultsOf({ CRM_DATABASE_URL: database('?options=-c%20search_path%3Dother') })).toHaveProperty(
      'CRM_DATABASE_URL',
    );
  });

  it('to Kafka carries the CA, the client’s certificate and its SASL credentials', () => {
    const { kafka } = configOf({
      CRM_KAFKA_TLS: 'true',
      CRM_KAFKA_CA_FILE: ca,
      CRM_KAFKA_CERT_FILE: ca,
      CRM_KAFKA_KEY_FILE: ca,
      CRM_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      CRM_KAFKA_USERNAME: 'crm-marketing',
      CRM_KAFKA_PASSWORD: 'a password',
    });
    expect(kafka).toEqual({
      brokers: ['kafka-1.example:9092', 'kafka-2.example:9092'],
      clientId: 'marketing',
      tls: { ca: 'CERTIFICATE', cert: 'CERTIFICATE', key: 'CERTIFICATE' },
      sasl: { mechanism: 'scram-sha-512', username: 'crm-marketing', password: 'a password' },
    });
  });

  it('to Kafka is a matter of TLS as a whole', () => {
    expect(faultsOf({ CRM_KAFKA_CA_FILE: ca })).toHaveProperty('CRM_KAFKA_CA_FILE');
    expect(faultsOf({ CRM_KAFKA_TLS: 'true', CRM_KAFKA_CERT_FILE: ca })).toHaveProperty('CRM_KAFKA_KEY_FILE');
    expect(faultsOf({ CRM_KAFKA_SASL_MECHANISM: 'plain' })).toEqual({
      CRM_KAFKA_USERNAME: 'is needed with CRM_KAFKA_SASL_MECHANISM',
      CRM_KAFKA_PASSWORD: 'is needed with CRM_KAFKA_SASL_MECHANISM',
    });
    const credentials = { CRM_KAFKA_SASL_MECHANISM: 'plain', CRM_KAFKA_USERNAME: 'crm', CRM_KAFKA_PASSWORD: 'pass' };
    expect(faultsOf({ ...credentials, NODE_ENV: 'production' })).toHaveProperty('CRM_KAFKA_SASL_MECHANISM');
  });

  it('to Redis carries the CA', () => {
    expect(configOf({ CRM_REDIS_URL: 'rediss://:pass@redis.example:6380', CRM_REDIS_CA_FILE: ca }).redis).toEqual({
      url: 'rediss://:pass@redis.example:6380',
      ca: 'CERTIFICATE',
    });
    expect(faultsOf({ CRM_REDIS_CA_FILE: ca })).toHaveProperty('CRM_REDIS_CA_FILE');
  });

  it('names a certificate that is not there', () => {
    expect(faultsOf({ CRM_DATABASE_CA_FILE: join(folder, 'nowhere.pem') })).toEqual({
      CRM_DATABASE_CA_FILE: 'names a file that cannot be read',
    });
  });
});
