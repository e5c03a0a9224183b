import { ConfigInvalid, describeConfig, loadConfig } from '@crm/platform';
import { describe, expect, it } from '@jest/globals';
import { MARKETING_SETTINGS, mailSettings, reportListenerSettings } from './mail-settings.js';

const COMPLETE = {
  CRM_SMTP_URL: 'smtp://crm:s%40fe@mail.example:2525',
  CRM_MAIL_FROM: 'The Shop <offers@shop.example>',
  CRM_PUBLIC_URL: 'https://crm.shop.example/',
  CRM_BOUNCE_DOMAIN: 'bounces.shop.example',
  CRM_BOUNCE_PORT: '4125',
  CRM_MAIL_LINK_KEY: 'a key for these specs only',
};
const load = (env: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  loadConfig(MARKETING_SETTINGS, env);
const faultsOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof ConfigInvalid ? error.faults.map(({ variable }) => variable) : error;
  }
};

describe('the settings of mail', () => {
  it('are none where no mail server is set', () => {
    const settings = load({});
    expect([mailSettings(settings), reportListenerSettings(settings)]).toEqual([undefined, undefined]);
  });

  it('name the server, who sends, and what links are made with', () => {
    expect(mailSettings(load(COMPLETE))).toMatchObject({
      server: {
        host: 'mail.example',
        port: 2525,
        secure: false,
        requireTls: true,
        auth: { user: 'crm', pass: 's@fe' },
      },
      pool: 5,
      perDomainPerSecond: 10,
      publicUrl: 'https://crm.shop.example',
    });
    expect(reportListenerSettings(load(COMPLETE))).toMatchObject({ port: 4125, address: '127.0.0.1' });
  });

  it.each([
    ['smtps://mail.example', { port: 465, secure: true, requireTls: false }],
    ['smtp://mail.example', { port: 587, secure: false, requireTls: false }],
    ['smtp://crm:x@127.0.0.1:25', { port: 25, secure: false, requireTls: false }],
    ['smtp://[::1]:25', { host: '::1', port: 25 }],
  ])('speak TLS as the URL says, and never send a password without: %s', (CRM_SMTP_URL, server) => {
    expect(mailSettings(load({ ...COMPLETE, CRM_SMTP_URL }))?.server).toMatchObject(server);
  });

  it('name everything that is missing', () => {
    const { CRM_SMTP_URL, CRM_BOUNCE_PORT } = COMPLETE;
    expect(faultsOf(() => load({ CRM_SMTP_URL }))).toEqual(['CRM_MAIL_FROM', 'CRM_PUBLIC_URL', 'CRM_MAIL_LINK_KEY']);
    expect(faultsOf(() => load({ CRM_BOUNCE_PORT }))).toEqual(['CRM_BOUNCE_DOMAIN', 'CRM_MAIL_LINK_KEY']);
  });

  it.each([
    ['CRM_SMTP_URL', 'http://mail.example'],
    ['CRM_SMTP_URL', 'smtp://user:100%@mail.example'],
    ['CRM_SMTP_URL', 'smtp://'],
    ['CRM_SMTP_CA_FILE', '/there/is/no/such.pem'],
    ['CRM_PUBLIC_URL', 'http://crm.shop.example'],
    ['CRM_MAIL_FROM', 'nobody'],
    ['CRM_MAIL_LINK_KEY', 'short'],
    ['CRM_SMTP_POOL', '0'],
    ['CRM_BOUNCE_DOMAIN', 'not a host'],
  ])('are refused when %s is wrong', (variable, value) => {
    expect(faultsOf(() => load({ ...COMPLETE, [variable]: value }))).toEqual([variable]);
  });

  it('are shown without their secrets', () => {
    const shown = JSON.stringify(describeConfig(MARKETING_SETTINGS, load(COMPLETE), COMPLETE));
    expect(shown).not.toMatch(/s%40fe|specs only/);
  });
});
