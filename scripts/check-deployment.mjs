// Are compose, Kubernetes and the local stack the same deployment? Ports, variables and topics are compared with what the
// services themselves say, and each is asked whether it would start. Runs on what was built; ends with 1 and a list of the differences.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { topicOf } from '@crm/messaging';
import { MANAGEMENT_OFFSET, PORTS, urlVariableOf } from '@crm/platform';
import { composeOf } from './deployment/compose.mjs';
import {
  containerOf,
  kubernetesOf,
  manifestFaults,
  openedPorts,
  scalingOf,
  withoutSecret,
} from './deployment/kubernetes.mjs';
import { gatewayVariableOf, read, root } from './deployment/read.mjs';
import { differenceFaults, settingFaults } from './deployment/settings.mjs';

const SERVICES = Object.keys(PORTS);
const LOCAL_STACK = join(root, 'libs', 'local-stack', 'dist');
const MAIL = {
  CRM_SMTP_URL: 'smtps://crm:secret@mail.example',
  CRM_MAIL_FROM: 'Example <news@crm.example>',
  CRM_MAIL_LINK_KEY: 'a link key that is long enough',
  CRM_BOUNCE_DOMAIN: 'bounces.crm.example',
  CRM_BOUNCE_PORT: '4125',
};
const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);

const definitions = Object.fromEntries(
  await Promise.all(SERVICES.map(async (name) => [name, await definitionOf(name)])),
);
const { layout, environmentOf, gatewayConfiguration } = await localStack();
const ways = {
  compose: composeOf(MAIL),
  kubernetes: kubernetesOf(['mail', 'autoscaling']),
  local: { environmentOf: environmentOf({ smtpUrl: MAIL.CRM_SMTP_URL }) },
};
const withoutMail = {
  compose: composeOf({}),
  kubernetes: kubernetesOf([]),
  local: { environmentOf: environmentOf({}) },
};

for (const name of SERVICES) {
  for (const [way, one] of Object.entries(ways)) checkService(`${way}, ${name}`, name, one.environmentOf(name));
  for (const [way, one] of Object.entries(withoutMail))
    checkService(`${way} without e-mail, ${name}`, name, one.environmentOf(name));
  const environments = Object.entries(ways).map(([way, one]) => [way, one.environmentOf(name)]);
  for (const what of differenceFaults(definitions[name], Object.fromEntries(environments))) fault(name, what);
  checkPods(name);
}
checkPublished(ways.compose.published);
checkGateway();
checkTopics();
for (const [where, what] of manifestFaults()) fault(where, what);

for (const line of new Set(faults)) process.stderr.write(`${line}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function definitionOf(name) {
  const exported = await import(join(root, 'apps', name, 'dist', 'index.js'));
  return Object.values(exported).find((value) => value?.name === name && Array.isArray(value.migrations));
}

async function localStack() {
  const { layoutOf } = await import(join(LOCAL_STACK, 'stack', 'layout.js'));
  const { serviceEnvironment } = await import(join(LOCAL_STACK, 'stack', 'service-environment.js'));
  const { DEFAULT_SETTINGS } = await import(join(LOCAL_STACK, 'stack', 'settings.js'));
  const gateway = await import(join(LOCAL_STACK, 'gateway', 'configuration.js'));
  const made = layoutOf(join(root, '.stack'), DEFAULT_SETTINGS);
  return {
    layout: made,
    environmentOf: (chosen) => (name) =>
      serviceEnvironment(
        made,
        { ...DEFAULT_SETTINGS, ...chosen },
        made.instances.find(({ service }) => service === name),
      ),
    gatewayConfiguration: gateway.gatewayConfiguration,
  };
}

/** What a service is given against what it asks for. */
function checkService(where, name, environment) {
  for (const what of settingFaults(definitions[name], environment)) fault(where, what);
  const expected = { CRM_PORT: PORTS[name], CRM_MANAGEMENT_PORT: PORTS[name] + MANAGEMENT_OFFSET };
  for (const [key, port] of Object.entries(expected))
    if (String(environment[key]) !== String(port)) fault(where, `${key} is ${environment[key]}, not ${port}`);
  for (const other of SERVICES) {
    const url = environment[urlVariableOf(other)];
    if (url !== undefined && new URL(url).port !== String(PORTS[other]))
      fault(where, `${urlVariableOf(other)} has not the port ${PORTS[other]}`);
  }
}

function checkPods(name) {
  const where = `kubernetes, ${name}`;
  const [http, management] = [PORTS[name], PORTS[name] + MANAGEMENT_OFFSET];
  const portsOf = (ports, key) => ports.map((one) => one[key]).join(' ');
  for (const [{ deploymentOf, serviceOf }, bounces] of [
    [ways.kubernetes, name === 'marketing' ? [layout.ports.bounces] : []],
    [withoutMail.kubernetes, []],
  ]) {
    const container = portsOf(containerOf(deploymentOf(name)).ports, 'containerPort');
    const service = portsOf(serviceOf(name).spec.ports, 'port');
    if (container !== [http, management, ...bounces].join(' ')) fault(where, `the container's ports are ${container}`);
    if (service !== [http, ...bounces].join(' ')) fault(where, `the Service's ports are ${service}`);
  }
  for (const key of withoutSecret(ways.kubernetes.environmentOf(name))) fault(where, `${key} is in no Secret`);
  const opened = openedPorts();
  for (const port of [http, management]) if (!opened.has(port)) fault(where, `no network policy opens ${port}`);
  if (ways.kubernetes.deploymentOf(name).spec.replicas !== undefined)
    fault(where, 'a number of replicas would undo what the autoscaling chose');
  const { scaleTargetRef, triggers } = scalingOf(name);
  if (scaleTargetRef.name !== `${name}-service`) fault(where, `${scaleTargetRef.name} is scaled instead`);
  if (!triggers[0].metadata.query.includes(`{service="${name}",source!="${name}"}`))
    fault(where, 'is not scaled by its own lag behind the others');
}

/** Compose publishes what is documented, on loopback, and nothing else. */
function checkPublished(published) {
  const { gateway, bounces, kafka } = layout.ports;
  const documented = new Map([
    ['gateway', [gateway]],
    ['kafka', [kafka]],
    ...SERVICES.map((name) => [name, [PORTS[name] + MANAGEMENT_OFFSET, ...(name === 'marketing' ? [bounces] : [])]]),
  ]);
  for (const [name, ports] of published) {
    const expected = (documented.get(name) ?? []).map((port) => `127.0.0.1:${port}:${port}`);
    if (ports.join(' ') !== expected.join(' '))
      fault('compose', `${name} publishes ${ports.join(' ') || 'nothing'}, not ${expected.join(' ') || 'nothing'}`);
  }
  const guides = {
    stack: read('docs', 'guides', 'run-the-local-stack.md'),
    deploy: read('docs', 'guides', 'deploy.md'),
  };
  for (const port of [gateway, bounces, kafka])
    if (!guides.stack.includes(String(port))) fault('docs/guides/run-the-local-stack.md', `${port} is missing`);
  for (const name of SERVICES)
    if (!guides.deploy.includes(`${PORTS[name]} ${name}`))
      fault('docs/guides/deploy.md', `${name} has not ${PORTS[name]}`);
}

/** Each way fills in what the gateway's files ask for, with every service on its port. */
function checkGateway() {
  const files = readdirSync(join(root, 'infra', 'gateway')).map((file) => `infra/gateway/${file}`);
  const asked = new Set(files.flatMap((file) => read(file).match(/(?<=\$\{)CRM_GATEWAY_[A-Z_]+(?=\})/g)));
  asked.delete(null);
  for (const way of ['compose', 'kubernetes']) {
    const { gateway, templates } = ways[way];
    const given = Object.keys(gateway).filter((key) => key.startsWith('CRM_'));
    for (const key of new Set([...asked, ...given]))
      if (!asked.has(key) || gateway[key] === undefined) fault(way, `${key} is not both given to the gateway and used`);
    for (const file of files) if (!templates.includes(file)) fault(way, `the gateway has not ${file}`);
    if (gateway.CRM_GATEWAY_LISTEN !== `0.0.0.0:${layout.ports.gateway}`)
      fault(way, `the gateway is not on ${layout.ports.gateway}`);
    for (const name of SERVICES)
      if (!new RegExp(`^server [a-z-]+:${PORTS[name]}( resolve)?;$`).test(gateway[gatewayVariableOf(name)]))
        fault(way, `the gateway does not know ${name} on ${PORTS[name]}`);
  }
  const instances = new Map(SERVICES.map((name) => [name, [PORTS[name]]]));
  const { gateway: port, issuer: issuerPort } = layout.ports;
  const local = gatewayConfiguration({ port, issuerPort, folder: layout.folder, instances });
  for (const listens of [`listen 127.0.0.1:${port};`, ...SERVICES.map((name) => `server 127.0.0.1:${PORTS[name]} `)])
    if (!local.includes(listens)) fault('local', `the gateway has no ${listens}`);
}

/** What AsyncAPI tells data teams is what the services publish to. */
function checkTopics() {
  const { channels } = JSON.parse(read('docs/asyncapi.json'));
  const documented = new Set(Object.values(channels).map(({ address }) => address));
  for (const name of SERVICES)
    if (!documented.has(topicOf(name))) fault('docs/asyncapi.json', `${topicOf(name)} is missing`);
}
