import { SERVICES } from '@crm/contracts';
import { join } from 'node:path';
import { environment } from '../config.js';
import { databaseSecret } from './databases.js';
import { issuerFolder, type Instance, type StackLayout } from './layout.js';
import { secretFile } from './secrets.js';
import type { StackSettings } from './settings.js';

const LOOPBACK = '127.0.0.1';

type Variables = Readonly<Record<string, string>>;

/** The variables of one instance of a service. What is secret stands in files that they name. */
export function serviceEnvironment(layout: StackLayout, settings: StackSettings, instance: Instance): Variables {
  const { ports } = layout;
  const issuer = `http://${LOOPBACK}:${ports.issuer}/dev-issuer`;
  const urls = SERVICES.map((service): [string, string] => {
    const [first, ...more] = layout.instances.filter((one) => one.service === service);
    // The gateway knows which of several instances answer.
    const port = more.length > 0 ? ports.gateway : (first?.port ?? 0);
    return [`CRM_${service.replaceAll('-', '_').toUpperCase()}_URL`, `http://${LOOPBACK}:${port}`];
  });
  return {
    ...environment.ofPrograms(),
    NODE_ENV: 'development',
    CRM_ADDRESS: LOOPBACK,
    CRM_PORT: String(instance.port),
    CRM_MANAGEMENT_ADDRESS: LOOPBACK,
    CRM_MANAGEMENT_PORT: String(instance.managementPort),
    CRM_DATABASE_URL_FILE: secretFile(layout, databaseSecret(instance.service)),
    ...kafkaEnvironment(layout, settings),
    CRM_REDIS_URL: `redis://${LOOPBACK}:${settings.through.redis ?? ports.redis}`,
    CRM_ISSUER: 'urn:crm:dev-issuer',
    CRM_JWKS_URL: `${issuer}/jwks`,
    CRM_TOKEN_URL: `${issuer}/token`,
    CRM_CLIENT_SECRET_FILE: join(issuerFolder(layout), 'client-secret'),
    // Those of the embedded mode, so that the demo's numbers are the same in both.
    CRM_DEVELOPMENT_KEYS: 'true',
    CRM_TRUSTED_PROXIES: 'loopback',
    ...Object.fromEntries(urls),
    ...(instance.service === 'marketing' ? mailEnvironment(layout, settings, instance) : {}),
    ...settings.environment,
  };
}

/** The variables by which the brokers are found. */
export function kafkaEnvironment({ ports }: StackLayout, { through }: StackSettings): Variables {
  return { CRM_KAFKA_BROKERS: `${LOOPBACK}:${through.kafka ?? ports.kafka}` };
}

function mailEnvironment(layout: StackLayout, settings: StackSettings, instance: Instance): Variables {
  const links = {
    CRM_MAIL_LINK_KEY_FILE: secretFile(layout, 'mail-link-key'),
    CRM_PUBLIC_URL: `http://${LOOPBACK}:${layout.ports.gateway}`,
  };
  if (settings.smtpUrl === undefined) return links;
  return {
    ...links,
    CRM_SMTP_URL_FILE: secretFile(layout, 'smtp-url'),
    CRM_MAIL_FROM: 'CRM <crm@crm.example>',
    CRM_BOUNCE_DOMAIN: 'bounces.crm.example',
    // One listener for all instances.
    ...(instance.number === 1 ? { CRM_BOUNCE_PORT: String(layout.ports.bounces) } : {}),
  };
}
