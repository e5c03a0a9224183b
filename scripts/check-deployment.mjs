// Are compose, Kubernetes and the local stack the same deployment? Ports, variables and topics are compared with what the
// services themselves say. Runs on what was built; ends with 1 and a list of the differences.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { topicOf } from '@crm/messaging';
import { MANAGEMENT_OFFSET, PORTS, serviceVariables, urlVariableOf } from '@crm/platform';
import { parse, parseAllDocuments } from 'yaml';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SERVICES = Object.keys(PORTS);
const GATEWAY_PORT = 4100;
const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);

const definitions = Object.fromEntries(
  await Promise.all(SERVICES.map(async (name) => [name, await definitionOf(name)])),
);
for (const [way, environmentOf] of Object.entries({
  compose: composeOf(),
  kubernetes: kubernetesOf(),
  local: await localOf(),
}))
  for (const name of SERVICES) compare(`${way}, ${name}`, name, environmentOf(name));
checkTopics();
checkManifests();

for (const line of faults) process.stderr.write(`${line}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function definitionOf(name) {
  const exported = await import(join(root, 'apps', name, 'dist', 'index.js'));
  return Object.values(exported).find((value) => value?.name === name && Array.isArray(value.migrations));
}

/** What a service is given against what it asks for. */
function compare(where, name, environment) {
  const { schema } = serviceVariables(definitions[name]);
  const given = new Map(
    Object.entries(environment).map(([key, value]) => [isFile(schema, key) ? key.slice(0, -5) : key, value]),
  );
  const known = new Set(
    SERVICES.flatMap((other) => Object.keys(serviceVariables(definitions[other]).schema.properties)),
  );
  for (const key of given.keys())
    if ((key.startsWith('CRM_') || key.startsWith('OTEL_')) && !known.has(key))
      fault(where, `${key} is no variable of any service`);
  for (const key of schema.required ?? [])
    if (schema.properties[key].default === undefined && !given.has(key)) fault(where, `${key} is missing`);
  if (!given.has('CRM_DEVELOPMENT_KEYS'))
    for (const key of ['CRM_KEY_ENCRYPTION_KEYS', 'CRM_INDEX_KEY', 'CRM_REFERENCE_KEY'])
      if (!given.has(key)) fault(where, `${key} is missing`);
  const expected = { CRM_PORT: PORTS[name], CRM_MANAGEMENT_PORT: PORTS[name] + MANAGEMENT_OFFSET };
  for (const [key, port] of Object.entries(expected))
    if (String(given.get(key)) !== String(port)) fault(where, `${key} is ${given.get(key)}, not ${port}`);
  for (const other of SERVICES) {
    const url = given.get(urlVariableOf(other));
    if (url !== undefined && new URL(url).port !== String(PORTS[other]))
      fault(where, `${urlVariableOf(other)} has not the port ${PORTS[other]}`);
  }
}

/** Whether a variable names the file that holds the value of another one. */
function isFile(schema, key) {
  return key.endsWith('_FILE') && schema.properties[key] === undefined;
}

function composeOf() {
  const { services } = parse(read('docker-compose.yml'), { merge: true });
  for (const name of SERVICES) {
    const management = PORTS[name] + MANAGEMENT_OFFSET;
    for (const port of [...(services[name].ports ?? []), ...(services.gateway.ports ?? [])])
      if (!port.startsWith('127.0.0.1:')) fault('compose', `${port} is not published on loopback only`);
    if (!services[name].ports.includes(`127.0.0.1:${management}:${management}`))
      fault('compose', `${name} does not publish ${management}`);
    gatewayHas('compose', name, services.gateway.environment[gatewayVariableOf(name)]);
  }
  if (services.gateway.environment.CRM_GATEWAY_LISTEN !== `0.0.0.0:${GATEWAY_PORT}`)
    fault('compose', `the gateway is not on ${GATEWAY_PORT}`);
  return (name) => services[name].environment;
}

function kubernetesOf() {
  const folder = join('infra', 'k8s');
  const base = parse(read(join(folder, 'service', 'deployment.yaml')));
  const { data } = parse(read(join(folder, 'config', 'settings.yaml')));
  const [gateway] = documents(join(folder, 'gateway', 'gateway.yaml'));
  const gatewayEnvironment = environmentOf(gateway.spec.template.spec.containers[0].env);
  const policies = documents(join(folder, 'policies', 'network-policies.yaml'));
  const opened = new Set(
    policies
      .flatMap(({ spec }) => [...(spec.ingress ?? [])])
      .flatMap(({ ports = [] }) => ports.map(({ port }) => port)),
  );
  return (name) => {
    const where = `kubernetes, ${name}`;
    const { patches } = parse(read(join(folder, 'services', name, 'kustomization.yaml')));
    const operations = patches.flatMap(({ target, patch }) =>
      parse(patch).map((operation) => ({ kind: target.kind, ...operation })),
    );
    const valueOf = (kind, path) =>
      operations.find((operation) => operation.kind === kind && operation.path === path)?.value;
    const added = operations.filter(({ path }) => path.endsWith('/env/-')).map(({ value }) => value);
    const management = PORTS[name] + MANAGEMENT_OFFSET;
    const ports = '/spec/template/spec/containers/0/ports';
    if (valueOf('Deployment', `${ports}/0/containerPort`) !== PORTS[name])
      fault(where, `the container's port is not ${PORTS[name]}`);
    if (valueOf('Deployment', `${ports}/1/containerPort`) !== management)
      fault(where, `the management port is not ${management}`);
    if (valueOf('Service', '/spec/ports/0/port') !== PORTS[name])
      fault(where, `the Service's port is not ${PORTS[name]}`);
    for (const port of [PORTS[name], management])
      if (!opened.has(port)) fault(where, `no network policy opens ${port}`);
    gatewayHas('kubernetes', name, gatewayEnvironment[gatewayVariableOf(name)]);
    return { ...data, ...environmentOf(base.spec.template.spec.containers[0].env), ...environmentOf(added) };
  };
}

async function localOf() {
  const { layoutOf } = await import(join(root, 'libs/local-stack/dist/stack/layout.js'));
  const { serviceEnvironment } = await import(join(root, 'libs/local-stack/dist/stack/service-environment.js'));
  const { DEFAULT_SETTINGS } = await import(join(root, 'libs/local-stack/dist/stack/settings.js'));
  const layout = layoutOf(join(root, '.stack'), DEFAULT_SETTINGS);
  if (layout.ports.gateway !== GATEWAY_PORT) fault('local', `the gateway is not on ${GATEWAY_PORT}`);
  return (name) =>
    serviceEnvironment(
      layout,
      DEFAULT_SETTINGS,
      layout.instances.find(({ service }) => service === name),
    );
}

/** What AsyncAPI tells data teams is what the services publish to. */
function checkTopics() {
  const { channels } = JSON.parse(read('docs/asyncapi.json'));
  const documented = new Set(Object.values(channels).map(({ address }) => address));
  for (const name of SERVICES)
    if (!documented.has(topicOf(name))) fault('docs/asyncapi.json', `${topicOf(name)} is missing`);
}

function gatewayHas(where, name, servers) {
  if (servers === undefined || !servers.includes(`:${PORTS[name]};`))
    fault(where, `the gateway does not know ${name} on ${PORTS[name]}`);
}

function gatewayVariableOf(name) {
  return `CRM_GATEWAY_${name.replaceAll('-', '_').toUpperCase()}`;
}

function environmentOf(entries) {
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}

function documents(path) {
  return parseAllDocuments(read(path)).map((document) => document.toJS());
}

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** Every manifest can be read at all. */
function checkManifests() {
  for (const entry of readdirSync(join(root, 'infra', 'k8s'), { recursive: true }))
    if (entry.endsWith('.yaml'))
      for (const { errors } of parseAllDocuments(read(join('infra', 'k8s', entry))))
        for (const { message } of errors) fault(entry, message);
}
