const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Settings of the embedded mode and of the commands from the environment. */
export const config = {
  /** Where services find variables of their own. */
  environment: process.env,
  nodeEnv: process.env['NODE_ENV'],
  /** CRM_LOG_LEVEL; default warn, since the command line speaks for itself. */
  logLevel: levelOf(process.env['CRM_LOG_LEVEL']),
  /** CRM_ADDRESS; default loopback. */
  address: process.env['CRM_ADDRESS'] ?? '127.0.0.1',
  /** CRM_METRICS_PUBLIC=true serves /metrics beside the API. */
  metricsPublic: process.env['CRM_METRICS_PUBLIC'] === 'true',
  /** CRM_PORT of the development issuer. */
  issuerPort: portOf('CRM_PORT', process.env['CRM_PORT']) ?? 4109,
  /** CRM_STACK_DIR: where the local stack keeps its state. Default: `.stack` here or in the workspace. */
  stackDir: process.env['CRM_STACK_DIR'],
  /** CRM_MANAGEMENT_PORT serves /metrics and /health on loopback, 0 on any free port; default: not at all. */
  managementPort: portOf('CRM_MANAGEMENT_PORT', process.env['CRM_MANAGEMENT_PORT']),
} as const;

function portOf(variable: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new Error(`${variable} is a port from 0 to 65535`);
  return Number(text);
}

function levelOf(text: string | undefined): string {
  if (text === undefined) return 'warn';
  if (!LEVELS.includes(text)) throw new Error(`CRM_LOG_LEVEL is one of ${LEVELS.join(', ')}`);
  return text;
}
