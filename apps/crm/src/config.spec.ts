import { ConfigInvalid } from '@crm/platform';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';

describe('the settings of the command line', () => {
  it('need nothing to be set', () => {
    expect(readConfig({})).toEqual({
      environment: {},
      logLevel: 'warn',
      address: '127.0.0.1',
      metricsPublic: false,
      issuerPort: 4109,
    });
  });

  it('follow the environment', () => {
    const environment = {
      NODE_ENV: 'production',
      CRM_LOG_LEVEL: 'debug',
      CRM_ADDRESS: '0.0.0.0',
      CRM_METRICS_PUBLIC: 'true',
      CRM_PORT: '0',
      CRM_STACK_DIR: 'other',
      CRM_MANAGEMENT_PORT: '9100',
    };
    expect(readConfig(environment)).toEqual({
      environment,
      nodeEnv: 'production',
      logLevel: 'debug',
      address: '0.0.0.0',
      metricsPublic: true,
      issuerPort: 0,
      stackDir: 'other',
      managementPort: 9100,
    });
  });

  it('are refused with everything that is wrong', () => {
    const wrong = (): unknown => readConfig({ CRM_LOG_LEVEL: 'loud', CRM_PORT: '65536', CRM_METRICS_PUBLIC: 'maybe' });
    expect(wrong).toThrow(ConfigInvalid);
    for (const variable of ['CRM_LOG_LEVEL', 'CRM_PORT', 'CRM_METRICS_PUBLIC'])
      expect(wrong).toThrow(`${variable}: must be`);
  });
});
