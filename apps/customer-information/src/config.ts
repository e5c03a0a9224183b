const configured = process.env['CRM_HOME_TIME_ZONE'] ?? 'Asia/Seoul';

/** Where parties without a time zone of their own are taken to live; one that does not exist keeps the service from starting. */
export const HOME_TIME_ZONE = new Intl.DateTimeFormat('en', { timeZone: configured }).resolvedOptions().timeZone;
