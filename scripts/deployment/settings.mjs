import { ConfigInvalid, serviceConfig, serviceVariables, urlVariableOf } from '@crm/platform';

const KEY = Buffer.alloc(32).toString('base64');
/** For what stands in files that only a running deployment has. */
const STAND_INS = {
  CRM_DATABASE_URL: 'postgres://crm:secret@postgres.example/crm',
  CRM_REDIS_URL: 'rediss://:secret@redis.example',
  CRM_KAFKA_PASSWORD: 'secret',
  CRM_CLIENT_SECRET: 'secret',
  CRM_KEY_ENCRYPTION_KEYS: `a:${KEY}`,
  CRM_INDEX_KEY: KEY,
  CRM_REFERENCE_KEY: KEY,
  CRM_SMTP_URL: 'smtps://crm:secret@mail.example',
  CRM_MAIL_LINK_KEY: 'a link key that is long enough',
};

/** Variables of a deployment that not every way to run it has, the ways that have it, and why. */
const DIFFERENCES = new Map(
  [
    [['compose', 'local'], ['CRM_DEVELOPMENT_KEYS'], 'refused in production, which has keys of its own'],
    [
      ['kubernetes'],
      ['CRM_KEY_ENCRYPTION_KEYS', 'CRM_INDEX_KEY', 'CRM_REFERENCE_KEY'],
      'those are the keys of its own',
    ],
    [
      ['kubernetes'],
      ['CRM_KAFKA_TLS', 'CRM_KAFKA_SASL_MECHANISM', 'CRM_KAFKA_USERNAME', 'CRM_KAFKA_PASSWORD'],
      'the broker of a development machine asks for none',
    ],
    [['kubernetes'], ['CRM_SHUTDOWN_SECONDS'], 'belongs with the grace period of its pods'],
    [['kubernetes'], ['CRM_LOG_LEVEL', 'OTEL_TRACES_SAMPLER_ARG'], 'elsewhere the default does'],
    [
      ['compose', 'kubernetes'],
      ['CRM_HOME_TIME_ZONE', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
      'the local stack takes them from the shell that starts it',
    ],
    [['compose', 'kubernetes'], ['CRM_BOUNCE_ADDRESS'], 'the local stack is on loopback, the default'],
  ].flatMap(([ways, variables, why]) => variables.map((variable) => [variable, { ways, why }])),
);

/** What a service makes of what it is given, by its own rules. */
export function settingFaults(definition, environment) {
  const { schema } = serviceVariables(definition);
  // Compose and Kubernetes have one list of addresses for all five, so that each is given its own too.
  const known = new Set([...Object.keys(schema.properties), urlVariableOf(definition.name)]);
  const faults = [];
  const given = {};
  for (const [key, value] of Object.entries(environment)) {
    const name = nameOf(schema, key);
    given[name] = name === key ? value : STAND_INS[name];
    if (isSetting(name) && !known.has(name)) faults.push(`${key} is no variable of this service`);
    else if (given[name] === undefined) faults.push(`${key} names a file for which nothing stands in`);
  }
  try {
    serviceConfig(definition, given);
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    faults.push(...error.faults.map(({ variable, problem }) => `${variable} ${problem}`));
  }
  return faults;
}

/** Whether the ways to run a service give it the same variables, but for what is to differ. */
export function differenceFaults(definition, environments) {
  const { schema } = serviceVariables(definition);
  const names = Object.entries(environments).map(([way, environment]) => [
    way,
    new Set(
      Object.keys(environment)
        .flatMap((key) => nameOf(schema, key))
        .filter(isSetting),
    ),
  ]);
  const faults = [];
  for (const name of new Set(names.flatMap(([, given]) => [...given]))) {
    const ways = names.filter(([, given]) => given.has(name)).map(([way]) => way);
    const expected = DIFFERENCES.get(name)?.ways ?? names.map(([way]) => way);
    if (ways.join() !== expected.join())
      faults.push(`${name} is given by ${ways.join(', ')}, not by ${expected.join(', ')}`);
  }
  return faults;
}

/** The variable whose value stands in the file that this one names, or the variable itself. */
function nameOf({ properties }, key) {
  return key.endsWith('_FILE') && properties[key] === undefined ? key.slice(0, -5) : key;
}

function isSetting(name) {
  return /^(?:CRM_|OTEL_|NODE_ENV$)/.test(name);
}
