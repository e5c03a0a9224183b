import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Type, type TObject } from '@sinclair/typebox';
import {
  ConfigInvalid,
  describeConfig,
  file,
  loadConfig,
  secret,
  type ConfigRule,
  type Environment,
} from './config.js';

const schema = Type.Object({
  CRM_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 3000 }),
  CRM_MODE: Type.Union([Type.Literal('embedded'), Type.Literal('distributed')], { default: 'embedded' }),
  CRM_METRICS_PUBLIC: Type.Boolean({ default: false }),
  CRM_KEY: secret({ minLength: 8 }),
  CRM_URL: Type.Optional(Type.String()),
});

function faultsOf(
  of: TObject,
  env: Environment,
  rules: readonly ConfigRule[] = [],
): Readonly<Record<string, string>> | undefined {
  try {
    loadConfig(of, env, rules);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return Object.fromEntries(error.faults.map(({ variable, problem }) => [variable, problem]));
  }
}

describe('a configuration', () => {
  it('comes from the environment, converted, with defaults', () => {
    const config = loadConfig(schema, {
      CRM_PORT: '8080',
      CRM_METRICS_PUBLIC: 'true',
      CRM_KEY: 'long enough',
      OTHER: 'x',
      CRM_URL: '',
    });
    expect(config).toEqual({ CRM_PORT: 8080, CRM_MODE: 'embedded', CRM_METRICS_PUBLIC: true, CRM_KEY: 'long enough' });
  });

  it('names all faults at once, and no value', () => {
    const env = { CRM_PORT: '0', CRM_MODE: 'both', CRM_METRICS_PUBLIC: 'perhaps', CRM_KEY: 'hunter2' };
    const faults = faultsOf(schema, env) ?? {};
    expect(Object.keys(faults)).toEqual(['CRM_PORT', 'CRM_MODE', 'CRM_METRICS_PUBLIC', 'CRM_KEY']);
    expect(faults['CRM_MODE']).toBe('must be one of "embedded", "distributed"');
    expect(JSON.stringify(faults)).not.toMatch(/hunter2|both|perhaps/);
  });

  it('says what is missing', () => {
    expect(() => loadConfig(schema, {})).toThrow('CRM_KEY: is missing');
  });

  it('names the variables that a given one cannot do without', () => {
    const mail = Type.Object({
      CRM_SMTP_URL: Type.Optional(secret({ requires: ['CRM_MAIL_FROM', 'CRM_PUBLIC_URL'] })),
      CRM_MAIL_FROM: Type.Optional(Type.String()),
      CRM_PUBLIC_URL: Type.Optional(Type.String()),
    });
    expect(faultsOf(mail, {})).toBeUndefined();
    expect(faultsOf(mail, { CRM_SMTP_URL: 'smtp://localhost', CRM_MAIL_FROM: 'crm@example.org' })).toEqual({
      CRM_PUBLIC_URL: 'is needed with CRM_SMTP_URL',
    });
  });

  it('is checked by rules over what is sound, together with the rest', () => {
    const rule: ConfigRule = ({ CRM_MODE, CRM_PORT }) =>
      CRM_MODE === 'distributed' && CRM_PORT === undefined ? [{ variable: 'CRM_MODE', problem: 'needs a port' }] : [];
    expect(faultsOf(schema, { CRM_MODE: 'distributed', CRM_PORT: 'x', CRM_KEY: 'long enough' }, [rule])).toEqual({
      CRM_PORT: expect.stringContaining('must be a valid integer'),
      CRM_MODE: 'needs a port',
    });
  });
});

describe('a value that stands in a file', () => {
  let folder: string;
  let keyFile: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'crm-config-'));
    keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'long enough\n');
    writeFileSync(join(folder, 'empty'), ' \n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is taken without the line end', () => {
    expect(loadConfig(schema, { CRM_KEY_FILE: keyFile }).CRM_KEY).toBe('long enough');
  });

  it('is refused beside the variable itself, when it cannot be read, and when it is empty', () => {
    expect(faultsOf(schema, { CRM_KEY_FILE: keyFile, CRM_KEY: 'long enough' })).toEqual({
      CRM_KEY_FILE: 'is given beside CRM_KEY',
    });
    expect(faultsOf(schema, { CRM_KEY_FILE: join(folder, 'nowhere') })).toEqual({
      CRM_KEY_FILE: 'names a file that cannot be read',
    });
    expect(faultsOf(schema, { CRM_KEY_FILE: join(folder, 'empty') })).toEqual({ CRM_KEY_FILE: 'names an empty file' });
  });

  it('is checked like any other, without a word of what it holds', () => {
    const port = join(folder, 'port');
    writeFileSync(port, 'secret stuff');
    const faults = faultsOf(schema, { CRM_KEY: 'long enough', CRM_PORT_FILE: port });
    expect(faults).toEqual({ CRM_PORT: 'must be a valid integer, at least 1, at most 65535' });
  });

  it('leaves alone a variable that is the name of a file itself', () => {
    const withCa = Type.Object({ CRM_CA_FILE: Type.Optional(file()) });
    expect(loadConfig(withCa, { CRM_CA_FILE: keyFile })).toEqual({ CRM_CA_FILE: keyFile });
    expect(faultsOf(withCa, { CRM_CA_FILE: join(folder, 'nowhere') })).toEqual({
      CRM_CA_FILE: 'names a file that cannot be read',
    });
  });

  it('is shown without its secrets, and with where it comes from', () => {
    const env = { CRM_KEY_FILE: keyFile, CRM_PORT: '8080' };
    expect(describeConfig(schema, loadConfig(schema, env), env)).toEqual({
      CRM_PORT: { value: 8080, from: 'environment' },
      CRM_MODE: { value: 'embedded', from: 'default' },
      CRM_METRICS_PUBLIC: { value: false, from: 'default' },
      CRM_KEY: { value: '***', from: 'file' },
      CRM_URL: { value: undefined, from: 'not set' },
    });
  });
});
