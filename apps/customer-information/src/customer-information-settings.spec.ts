import { loadConfig } from '@crm/platform';
import { describe, expect, it } from '@jest/globals';
import { CUSTOMER_INFORMATION_SETTINGS, homeTimeZone } from './customer-information-settings.js';

const load = (env: Readonly<Record<string, string>>): string =>
  homeTimeZone(loadConfig(CUSTOMER_INFORMATION_SETTINGS, env));

describe('the time zone of parties without one', () => {
  it('is Seoul, or what is set', () => {
    expect([load({}), load({ CRM_HOME_TIME_ZONE: 'Europe/Berlin' })]).toEqual(['Asia/Seoul', 'Europe/Berlin']);
  });

  it.each(['Seoul', 'UTC+25', 'Europe/Berlinn'])('is not %p: the service does not start', (zone) => {
    expect(() => load({ CRM_HOME_TIME_ZONE: zone })).toThrow('CRM_HOME_TIME_ZONE: must be an IANA time zone');
  });
});
