import { SERVICES, type ServiceName } from '@crm/contracts';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { StackLayout } from './layout.js';
import { secretFile, writeSecret } from './secrets.js';
import type { StackSettings } from './settings.js';

const SUPERUSER = 'database';

/** The database of a service on the stack's server. */
function databaseOf(service: ServiceName): string {
  return `crm_${service.replaceAll('-', '_')}`;
}

/** The name of the secret with the URL by which a service reaches its database. */
export function databaseSecret(service: ServiceName): string {
  return `${SUPERUSER}-${service}`;
}

/** Writes down how the services reach their databases, each for itself. */
export function keepDatabaseUrls(
  layout: StackLayout,
  { through }: StackSettings,
  urlOf: (database: string) => string,
): void {
  writeSecret(layout, SUPERUSER, urlOf('postgres'));
  for (const service of SERVICES) {
    const url = new URL(urlOf(databaseOf(service)));
    if (through.postgres !== undefined) url.port = String(through.postgres);
    writeSecret(layout, databaseSecret(service), url.href);
  }
}

/** The superuser's database, or a service's, without any proxy. */
export function databaseUrl(layout: StackLayout, service?: ServiceName): string {
  const url = new URL(readFileSync(secretFile(layout, SUPERUSER), 'utf8').trim());
  if (service !== undefined) url.pathname = `/${databaseOf(service)}`;
  return url.href;
}

/** Makes the databases that are not there yet. */
export async function createDatabases(layout: StackLayout): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(layout) });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map(({ datname }) => datname));
    for (const database of SERVICES.map(databaseOf))
      if (!existing.has(database))
        await client.query(`CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
  } finally {
    await client.end();
  }
}
