import { loadConfig, logLevel, port, type Environment } from '@crm/platform';
import { Type } from '@sinclair/typebox';

const ISSUER_PORT = 4109;

const schema = Type.Object({
  NODE_ENV: Type.Optional(Type.String()),
  CRM_LOG_LEVEL: logLevel('warn'),
  CRM_ADDRESS: Type.String({ default: '127.0.0.1' }),
  CRM_METRICS_PUBLIC: Type.Boolean({ default: false }),
  CRM_PORT: port(ISSUER_PORT),
  CRM_STACK_DIR: Type.Optional(Type.String()),
  CRM_MANAGEMENT_PORT: Type.Optional(port()),
});

/** Settings of the embedded mode and of the commands that need no service. */
export interface CommandConfig {
  /** Where services find variables of their own. */
  readonly environment: Environment;
  readonly nodeEnv: string | undefined;
  /** Default warn, since the command line speaks for itself. */
  readonly logLevel: string;
  readonly address: string;
  /** Whether /metrics is served beside the API. */
  readonly metricsPublic: boolean;
  readonly issuerPort: number;
  /** Where the local stack keeps its state. Default: `.stack` here or in the workspace. */
  readonly stackDir: string | undefined;
  /** Serves /metrics and /health on loopback, 0 on any free port; default: not at all. */
  readonly managementPort: number | undefined;
}

/**
 * Reads the settings from the environment; throws `ConfigInvalid` with everything that is wrong. Only once they are needed:
 * the verbs of a service, which share variables with these, list their own faults together.
 */
export function readConfig(environment: Environment = process.env): CommandConfig {
  const values = loadConfig(schema, environment);
  return {
    environment,
    nodeEnv: values.NODE_ENV,
    logLevel: values.CRM_LOG_LEVEL,
    address: values.CRM_ADDRESS,
    metricsPublic: values.CRM_METRICS_PUBLIC,
    issuerPort: values.CRM_PORT,
    stackDir: values.CRM_STACK_DIR,
    managementPort: values.CRM_MANAGEMENT_PORT,
  };
}
