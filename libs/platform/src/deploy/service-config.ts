import { SERVICES, type ServiceName } from '@crm/contracts';
import type { KafkaSettings } from '@crm/messaging';
import type { PrivacyKeys } from '@crm/privacy';
import { Type, type Static, type TObject, type TProperties, type TString } from '@sinclair/typebox';
import { loadConfig, secret, type ConfigRule, type Environment } from '../config/config.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { databaseRule, databaseUrlOf, databaseVariables } from './database.js';
import { httpUrl, logLevel, port, proxies } from './formats.js';
import { kafkaRule, kafkaSettingsOf, kafkaVariables } from './kafka.js';
import { MANAGEMENT_OFFSET, PORTS, urlVariableOf } from './ports.js';
import { keyRule, keyVariables, privacyKeysOf } from './privacy-keys.js';
import { redisRule, redisSettingsOf, redisVariables, type RedisSettings } from './redis.js';

const LOOPBACK = '127.0.0.1';

const seconds = (usual: number) => Type.Number({ minimum: 0, maximum: 3_600, default: usual });

const operation = Type.Object({
  NODE_ENV: Type.Optional(Type.String()),
  CRM_LOG_LEVEL: logLevel('info'),
  CRM_METRICS_PUBLIC: Type.Boolean({ default: false }),
  CRM_TRUSTED_PROXIES: Type.Optional(proxies()),
  CRM_MIGRATE_ON_START: Type.Boolean({ default: false }),
  CRM_DRAIN_SECONDS: seconds(0),
  CRM_SHUTDOWN_SECONDS: seconds(25),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(httpUrl()),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ minimum: 0, maximum: 1, default: 1 }),
});

const issuer = Type.Object({
  CRM_ISSUER: Type.String({ minLength: 1 }),
  CRM_JWKS_URL: httpUrl(),
  CRM_TOKEN_URL: httpUrl(),
  CRM_CLIENT_SECRET: secret(),
});

const listening = (name: ServiceName) =>
  Type.Object({
    CRM_ADDRESS: Type.String({ default: LOOPBACK }),
    CRM_PORT: port(PORTS[name]),
    CRM_MANAGEMENT_ADDRESS: Type.String({ default: LOOPBACK }),
    CRM_MANAGEMENT_PORT: port(PORTS[name] + MANAGEMENT_OFFSET),
    CRM_CLIENT_ID: Type.String({ minLength: 1, default: name }),
  });

/** The variables of a process that runs one service: those of every service, and the service's own. */
export interface ServiceVariables {
  readonly schema: TObject;
  readonly rules: readonly ConfigRule[];
}

export function serviceVariables({ name, settings }: ServiceDefinition): ServiceVariables {
  const others = SERVICES.filter((other) => other !== name);
  const urls = Type.Object(
    Object.fromEntries(others.map((other): [string, TString] => [urlVariableOf(other), httpUrl()])),
  );
  const parts = [
    listening(name),
    databaseVariables,
    kafkaVariables,
    redisVariables,
    issuer,
    urls,
    keyVariables,
    operation,
    ...(settings === undefined ? [] : [settings]),
  ];
  const properties = Object.assign({}, ...parts.map((part) => part.properties)) as TProperties;
  return { schema: Type.Object(properties), rules: [databaseRule, kafkaRule, redisRule, keyRule] };
}

/** How one service runs as a process. */
export interface ServiceConfig {
  readonly address: string;
  readonly port: number;
  readonly managementAddress: string;
  readonly managementPort: number;
  readonly databaseUrl: string;
  /** Connections to the database at most, besides those of the log and of locks. */
  readonly databaseConnections: number;
  readonly kafka: KafkaSettings;
  readonly redis: RedisSettings;
  readonly issuer: string;
  readonly jwksUrl: URL;
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly urls: ReadonlyMap<ServiceName, string>;
  readonly keys: PrivacyKeys;
  readonly logLevel: string;
  readonly metricsPublic: boolean;
  /** Addresses, networks or their names, whose word on the client's address counts. */
  readonly trustedProxies: string | undefined;
  readonly migrateOnStart: boolean;
  readonly drainMs: number;
  readonly shutdownMs: number;
  readonly tracing: { readonly endpoint: string; readonly ratio: number } | undefined;
  /** Of the service's own variables. */
  readonly settings: Readonly<Record<string, unknown>>;
}

type Variables = Static<typeof databaseVariables> &
  Static<typeof kafkaVariables> &
  Static<typeof redisVariables> &
  Static<typeof keyVariables> &
  Static<typeof issuer> &
  Static<typeof operation> &
  Static<ReturnType<typeof listening>>;

/** Reads the configuration of a service; throws `ConfigInvalid` with everything that is wrong. */
export function serviceConfig(definition: ServiceDefinition, env: Environment): ServiceConfig {
  const { schema, rules } = serviceVariables(definition);
  const values = loadConfig(schema, env, rules) as Variables & Readonly<Record<string, unknown>>;
  const endpoint = values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const own = Object.keys(definition.settings?.properties ?? {}).filter((name) => values[name] !== undefined);
  return {
    address: values.CRM_ADDRESS,
    port: values.CRM_PORT,
    managementAddress: values.CRM_MANAGEMENT_ADDRESS,
    managementPort: values.CRM_MANAGEMENT_PORT,
    databaseUrl: databaseUrlOf(values),
    databaseConnections: values.CRM_DATABASE_CONNECTIONS,
    kafka: kafkaSettingsOf(values.CRM_CLIENT_ID, values),
    redis: redisSettingsOf(values),
    issuer: values.CRM_ISSUER,
    jwksUrl: new URL(values.CRM_JWKS_URL),
    tokenUrl: new URL(values.CRM_TOKEN_URL),
    clientId: values.CRM_CLIENT_ID,
    clientSecret: values.CRM_CLIENT_SECRET,
    urls: urlsOf(values),
    keys: privacyKeysOf(definition.name, values),
    logLevel: values.CRM_LOG_LEVEL,
    metricsPublic: values.CRM_METRICS_PUBLIC,
    trustedProxies: values.CRM_TRUSTED_PROXIES,
    migrateOnStart: values.CRM_MIGRATE_ON_START,
    drainMs: values.CRM_DRAIN_SECONDS * 1000,
    shutdownMs: values.CRM_SHUTDOWN_SECONDS * 1000,
    tracing: endpoint === undefined ? undefined : { endpoint, ratio: values.OTEL_TRACES_SAMPLER_ARG },
    settings: Object.fromEntries(own.map((name) => [name, values[name]])),
  };
}

function urlsOf(values: Readonly<Record<string, unknown>>): ReadonlyMap<ServiceName, string> {
  return new Map(
    SERVICES.flatMap((name) => {
      const url = values[urlVariableOf(name)];
      return typeof url === 'string' ? [[name, url] as const] : [];
    }),
  );
}
