import { FormatRegistry, Type, type Static } from '@sinclair/typebox';

const TIME_ZONE = 'crm-time-zone';
FormatRegistry.Set(TIME_ZONE, isTimeZone);

/** Variables of customer-information alone. */
export const CUSTOMER_INFORMATION_SETTINGS = Type.Object({
  /** Where parties without a time zone of their own are taken to live: decides their quiet hours. */
  CRM_HOME_TIME_ZONE: Type.String({
    default: 'Asia/Seoul',
    format: TIME_ZONE,
    expects: 'an IANA time zone: Asia/Seoul, Europe/Berlin',
  }),
});

export function homeTimeZone(settings: Readonly<Record<string, unknown>>): string {
  return (settings as Static<typeof CUSTOMER_INFORMATION_SETTINGS>).CRM_HOME_TIME_ZONE;
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
