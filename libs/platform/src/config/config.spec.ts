import { describe, expect, it } from '@jest/globals';
import { Type } from '@sinclair/typebox';
import { ConfigInvalid, describeConfig, loadConfig, secret } from './config.js';

const schema = Type.Object({
  CRM_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 3000 }),
  CRM_MODE: Type.Union([Type.Literal('embedded'), Type.Literal('distributed')], { default: 'embedded' }),
  CRM_METRICS_PUBLIC: Type.Boolean({ default: false }),
  CRM_KEY: secret({ minLength: 8 }),
  CRM_URL: Type.Optional(Type.String()),
});

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
    let error: unknown;
    try {
      loadConfig(schema, { CRM_PORT: '0', CRM_MODE: 'both', CRM_METRICS_PUBLIC: 'perhaps', CRM_KEY: 'hunter2' });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigInvalid);
    expect((error as ConfigInvalid).faults.map(({ variable }) => variable)).toEqual([
      'CRM_PORT',
      'CRM_MODE',
      'CRM_METRICS_PUBLIC',
      'CRM_KEY',
    ]);
    expect((error as ConfigInvalid).message).toContain('CRM_MODE: must be one of "embedded", "distributed"');
    expect((error as ConfigInvalid).message).not.toMatch(/hunter2|both|perhaps/);
  });

  it('says what is missing', () => {
    expect(() => loadConfig(schema, {})).toThrow('CRM_KEY: is missing');
  });

  it('is shown without its secrets', () => {
    const config = loadConfig(schema, { CRM_KEY: 'long enough' });
    expect(describeConfig(schema, config)).toMatchObject({ CRM_KEY: '***', CRM_PORT: 3000 });
  });
});
