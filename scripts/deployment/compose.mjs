import { document } from './read.mjs';

const INTERPOLATION = /\$\{(\w+)(?::-([^}]*))?\}/g;

/** What compose starts, with variables as somebody's environment or `.env` has them. */
export function composeOf(variables) {
  const { services } = document('docker-compose.yml');
  const filledIn = (environment = {}) =>
    Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [
        key,
        String(value).replace(INTERPOLATION, (_, name, usual = '') => variables[name] || usual),
      ]),
    );
  return {
    environmentOf: (name) => filledIn(services[name].environment),
    gateway: filledIn(services.gateway.environment),
    templates: services.gateway.volumes.map((volume) => volume.split(':')[0].replace('./', '')),
    /** What is published, by the name of what publishes it. */
    published: new Map(Object.entries(services).map(([name, { ports = [] }]) => [name, ports.map(String)])),
  };
}
