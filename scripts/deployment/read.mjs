import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

/** The folder of the workspace. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Text of a file of the workspace. */
export function read(...path) {
  return readFileSync(join(root, ...path), 'utf8');
}

/** The one document of a YAML file. */
export function document(...path) {
  return parse(read(...path), { merge: true });
}

/** All documents of a YAML file. */
export function documents(...path) {
  return parseAllDocuments(read(...path)).map((one) => one.toJS());
}

/** The variable of the gateway that says where a service is. */
export function gatewayVariableOf(name) {
  return `CRM_GATEWAY_${name.replaceAll('-', '_').toUpperCase()}`;
}
