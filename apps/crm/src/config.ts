const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Settings of the embedded mode from the environment. */
export const config = {
  nodeEnv: process.env['NODE_ENV'],
  /** CRM_LOG_LEVEL; default warn, since the command line speaks for itself. */
  logLevel: levelOf(process.env['CRM_LOG_LEVEL']),
  /** CRM_ADDRESS; default loopback. */
  address: process.env['CRM_ADDRESS'] ?? '127.0.0.1',
  /** CRM_METRICS_PUBLIC=true serves /metrics beside the API. */
  metricsPublic: process.env['CRM_METRICS_PUBLIC'] === 'true',
} as const;

function levelOf(text: string | undefined): string {
  if (text === undefined) return 'warn';
  if (!LEVELS.includes(text)) throw new Error(`CRM_LOG_LEVEL is one of ${LEVELS.join(', ')}`);
  return text;
}
