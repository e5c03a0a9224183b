import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '@crm/contracts';
import { describe, expect, it } from '@jest/globals';
import { instancePorts, layoutOf, makeFolders } from './layout.js';
import { ensureSecret, secretFile } from './secrets.js';
import { serviceEnvironment } from './service-environment.js';
import { DEFAULT_SETTINGS, parseBasePort, parseInstances, type StackSettings } from './settings.js';

const layout = (settings: Partial<StackSettings> = {}) => layoutOf('/stack', { ...DEFAULT_SETTINGS, ...settings });

describe('the ports of a stack', () => {
  it('are those of every other way to run the product', () => {
    const { ports, instances } = layout();
    expect(ports).toMatchObject({
      gateway: 4100,
      issuer: 4109,
      bounces: 4125,
      kafka: 4192,
      redis: 4179,
      postgres: 4132,
    });
    expect(instances.map(({ process, port, managementPort }) => [process, port, managementPort])).toEqual([
      ['customer-information', 4101, 4201],
      ['marketing', 4102, 4202],
      ['sales', 4103, 4203],
      ['service', 4104, 4204],
      ['analytics', 4105, 4205],
    ]);
  });

  it('are all different, however many instances there are', () => {
    const six = parseInstances(SERVICES.map((service) => `${service}=6`).join(','));
    const { ports, instances } = layout({ instances: six });
    const all = [...Object.values(ports), ...instances.flatMap(({ port, managementPort }) => [port, managementPort])];
    expect(new Set(all).size).toBe(8 + 2 * 30);
  });

  it('follow the base port, and the gateway knows every instance', () => {
    const { instances } = layout({ basePort: 5100, instances: parseInstances('marketing=2,analytics=1') });
    expect(instancePorts(instances).get('marketing')).toEqual([5102, 5142]);
    expect(instancePorts(instances).get('analytics')).toEqual([5105]);
  });
});

describe('the options of a stack', () => {
  it.each(['80', 'x', '65535', ''])('refuse the base port %j', (text) => {
    expect(() => parseBasePort(text)).toThrow('--base-port');
  });

  it.each(['', 'marketing', 'marketing=0', 'marketing=7', 'market=2', 'sales=2;service=2'])(
    'refuse the instances %j',
    (text) => {
      expect(() => parseInstances(text)).toThrow('--instances');
    },
  );
});

describe('the environment of a service', () => {
  it('names files in the place of secrets', () => {
    const [, marketing] = layout().instances;
    const env = serviceEnvironment(layout(), { ...DEFAULT_SETTINGS, smtpUrl: 'smtp://user:canary@host' }, marketing!);
    expect(
      Object.keys(env)
        .filter((name) => name.endsWith('_FILE'))
        .sort(),
    ).toEqual(['CRM_CLIENT_SECRET_FILE', 'CRM_DATABASE_URL_FILE', 'CRM_MAIL_LINK_KEY_FILE', 'CRM_SMTP_URL_FILE']);
    expect(JSON.stringify(env)).not.toContain('canary');
  });

  it('leads through proxies where they stand between', () => {
    const through = { kafka: 7192, redis: 7179 };
    const env = serviceEnvironment(layout(), { ...DEFAULT_SETTINGS, through }, layout().instances[0]!);
    expect(env).toMatchObject({ CRM_KAFKA_BROKERS: '127.0.0.1:7192', CRM_REDIS_URL: 'redis://127.0.0.1:7179' });
  });
});

it('keeps secrets for the owner alone, and makes them once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-layout-'));
  const made = layoutOf(join(folder, 'stack'), DEFAULT_SETTINGS);
  makeFolders(made);
  ensureSecret(made, 'mail-link-key');
  const before = statSync(secretFile(made, 'mail-link-key'));
  ensureSecret(made, 'mail-link-key');
  expect(statSync(secretFile(made, 'mail-link-key')).mtimeMs).toBe(before.mtimeMs);
  expect([statSync(made.secrets).mode & 0o777, before.mode & 0o777]).toEqual([0o700, 0o600]);
  rmSync(folder, { recursive: true });
});
