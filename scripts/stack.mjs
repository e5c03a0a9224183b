// The local stack: everything as processes of this machine, without Docker. Called by scripts/bootstrap.mjs.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LocalStackError, parseBasePort, parseInstances, stackDown, stackStatus, stackUp } from '@crm/local-stack';
import { bundle } from './bundle.mjs';

const USAGE = `npm run stack:up [-- options]      starts PostgreSQL, Kafka, Redis, issuer, five services and the gateway
  --base-port PORT                 the gateway's port, which the others follow (default 4100)
  --instances marketing=2,sales=2  more than one process of a service
  --smtp-url URL                   where marketing hands over mail, or CRM_SMTP_URL when it holds a password
                                   (default: e-mail is not connected)
npm run stack:status [-- --json]   what runs and whether it is ready
npm run stack:down [-- --delete]   stops everything; --delete removes its data, secrets and logs
State, data and logs are in .stack, or in the folder that CRM_STACK_DIR names.
CRM_LOG_LEVEL, CRM_HOME_TIME_ZONE, OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_TRACES_SAMPLER_ARG reach the services.`;

const HANDED_ON = ['CRM_LOG_LEVEL', 'CRM_HOME_TIME_ZONE', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER_ARG'];

const report = (line) => process.stderr.write(`${line}\n`);

const COMMANDS = { up, status, down };
const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined || args.includes('--help')) {
  process.stdout.write(`${USAGE}\n`);
  process.exitCode = command === undefined ? 2 : 0;
} else {
  await command().catch((error) => {
    report(
      error instanceof LocalStackError || String(error?.code).startsWith('ERR_PARSE_ARGS') ? error.message : error,
    );
    process.exitCode = 1;
  });
}

async function up() {
  const values = options({
    'base-port': { type: 'string' },
    instances: { type: 'string' },
    'smtp-url': { type: 'string' },
  });
  const smtpUrl = values['smtp-url'] ?? process.env.CRM_SMTP_URL;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interruption.abort());
  const stack = await stackUp({
    report,
    signal: interruption.signal,
    prepare: makeBundles,
    settings: {
      ...(values['base-port'] !== undefined && { basePort: parseBasePort(values['base-port']) }),
      ...(values.instances !== undefined && { instances: parseInstances(values.instances) }),
      ...(smtpUrl !== undefined && { smtpUrl }),
      environment: Object.fromEntries(
        HANDED_ON.map((name) => [name, process.env[name] ?? '']).filter(([, value]) => value),
      ),
    },
  });
  process.stdout.write(`${stack.state.gateway}\n`);
}

// The folders that images hold: what runs here is what would run there.
async function makeBundles() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  if ((await bundle(root, [])) !== 0) throw new LocalStackError('the services could not be bundled');
}

async function status() {
  const { json } = options({ json: { type: 'boolean' } });
  const found = await stackStatus();
  if (json) {
    process.stdout.write(`${JSON.stringify(found ?? { status: 'down' })}\n`);
  } else if (found === undefined) {
    process.stdout.write('there is no stack; npm run stack:up starts one\n');
  } else {
    process.stdout.write(`${found.gateway}\n`);
    for (const { name, state, port, pid } of found.processes)
      process.stdout.write(`${name.padEnd(22)} ${state.padEnd(12)} port ${port}  pid ${pid ?? '-'}\n`);
  }
  const isReady = found?.status === 'up' && found.processes.every(({ state }) => state === 'ready');
  process.exitCode = isReady ? 0 : 1;
}

async function down() {
  const { delete: deleteData } = options({ delete: { type: 'boolean' } });
  await stackDown({ report, deleteData: deleteData === true });
}

function options(known) {
  return parseArgs({ args, options: known }).values;
}
