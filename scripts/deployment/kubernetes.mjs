import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { applyPatch } from './json-patch.mjs';
import { document, documents, read, root } from './read.mjs';

const FOLDER = join('infra', 'k8s');
const SECRETS = '/run/secrets/crm/';

/** What Kustomize makes of the manifests with some of the components, as far as it is compared. */
export function kubernetesOf(components) {
  const patches = components.flatMap((name) => patchesOf(join(FOLDER, name)));
  const settings = settingsOf(document(FOLDER, 'config', 'kustomization.yaml'));
  const [gateway] = documents(FOLDER, 'gateway', 'gateway.yaml');
  const [{ files }] = document(FOLDER, 'gateway', 'kustomization.yaml').configMapGenerator;
  const made = (name, file) => {
    const one = document(FOLDER, 'service', file);
    // Names are those before the prefix in the service's own folder, and those after it in components.
    for (const { target, operations } of [
      ...patchesOf(join(FOLDER, 'services', name)),
      ...patches.filter(({ target }) => new RegExp(`^(?:${target.name})$`).test(`${name}-service`)),
    ])
      if (target.kind === one.kind) applyPatch(one, operations);
    return one;
  };
  return {
    deploymentOf: (name) => made(name, 'deployment.yaml'),
    serviceOf: (name) => made(name, 'service.yaml'),
    environmentOf: (name) => ({ ...settings, ...environmentOf(containerOf(made(name, 'deployment.yaml')).env) }),
    gateway: environmentOf(containerOf(gateway).env),
    templates: files.map((file) => file.replace('../../', 'infra/')),
  };
}

/** Ports that some network policy lets in. */
export function openedPorts() {
  const policies = documents(FOLDER, 'policies', 'network-policies.yaml');
  return new Set(
    policies.flatMap(({ spec }) => spec.ingress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port)),
  );
}

/** How a service is scaled. */
export function scalingOf(name) {
  return document(FOLDER, 'autoscaling', `${name}.yaml`).spec;
}

export function containerOf({ spec }) {
  return spec.template.spec.containers[0];
}

/** Variables that name a file which is in none of the Secrets that the README makes. */
export function withoutSecret(environment) {
  const made = new Set(read(FOLDER, 'README.md').match(/(?<=--from-file=)[a-z-]+/g));
  const files = Object.entries(environment).filter(([, value]) => value?.startsWith(SECRETS));
  return files.filter(([, path]) => !made.has(path.slice(SECRETS.length))).map(([name]) => name);
}

/** What is wrong with the manifests by themselves: what cannot be read, and references to what is not there. */
export function manifestFaults() {
  const faults = [];
  const generated = new Set();
  const used = new Map();
  for (const entry of readdirSync(join(root, FOLDER), { recursive: true })) {
    if (!entry.endsWith('.yaml')) continue;
    for (const parsed of parseAllDocuments(read(FOLDER, entry))) {
      for (const { message } of parsed.errors) faults.push([entry, message]);
      const one = parsed.toJS();
      for (const path of [...(one.resources ?? []), ...(one.components ?? [])])
        if (!existsSync(join(root, FOLDER, entry, '..', path))) faults.push([entry, `there is no ${path}`]);
      for (const { name } of one.configMapGenerator ?? []) generated.add(name);
      for (const container of one.spec?.template?.spec?.containers ?? []) {
        for (const { configMapRef } of container.envFrom ?? []) used.set(configMapRef.name, entry);
        for (const name of withoutSecret(environmentOf(container.env ?? [])))
          faults.push([entry, `${name} is in no Secret`]);
      }
    }
  }
  for (const [name, entry] of used)
    if (!generated.has(name)) faults.push([entry, `nothing generates ConfigMap ${name}`]);
  return faults;
}

function patchesOf(folder) {
  const { patches = [] } = document(folder, 'kustomization.yaml');
  return patches.map(({ target, patch }) => ({ target, operations: parse(patch) }));
}

/** Of the files of a generator, as Kustomize reads them: NAME=value, with comments on lines of their own. */
function settingsOf({ configMapGenerator: [{ envs }] }) {
  const lines = envs.flatMap((file) => read(FOLDER, 'config', file).split('\n'));
  const settings = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return Object.fromEntries(settings.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
}

function environmentOf(entries) {
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]));
}
