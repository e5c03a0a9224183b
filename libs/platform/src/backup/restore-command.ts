import { readFile } from 'node:fs/promises';
import type { ServiceName } from '@crm/contracts';
import type { Feed } from '@crm/messaging';
import { Command } from 'commander';
import { clientCredentials, ServiceTokens } from '../auth/service-tokens.js';
import { processEnvironment } from '../config/process-environment.js';
import { serviceConfig, type ServiceConfig } from '../deploy/service-config.js';
import { print, serviceVerb } from '../deploy/verb.js';
import { HttpFeed } from '../feed/http-feed.js';
import { createLogger } from '../logging/logger.js';
import { openAtRest } from '../service/open-at-rest.js';
import { ServiceClients } from '../service/service-clients.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { erasureSources } from './known-erasures.js';
import { progressLines } from './progress-lines.js';
import { reapplyErasures } from './reapply-erasures.js';
import { restore, restoreInPlace } from './restore.js';

interface RestoreArguments {
  readonly from?: string;
  readonly replace?: boolean;
  readonly resume?: boolean;
  readonly inPlace?: boolean;
  readonly databases?: string;
  readonly json?: boolean;
}

export function restoreCommand(definitions: readonly ServiceDefinition[]): Command {
  const command = new Command('restore')
    .description('loads a backup, and erases everybody again who was erased since it was taken')
    .option('--from <folder>', 'the backup')
    .option('--replace', 'drops what the database holds; without it only an empty one is taken')
    .option('--resume', 'only erases again, after a restore that got no further')
    .option('--in-place', 'the database was brought back by other means: begins a new incarnation and erases again')
    .option(
      '--databases <file>',
      'JSON with database URLs of services that are closed too: their events are read there',
    )
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      `
Needs the settings of the service, which must not run. The other services are asked who was erased since the backup:
customer-information, or for itself all others. Until that is done the database stays closed. Services that follow this one
stop when they see that it was restored, until they are reconciled.`,
    );
  return serviceVerb<RestoreArguments>(definitions, command, async (definition, given) => {
    const config = serviceConfig(definition, processEnvironment);
    const databases = await urlsIn(given.databases);
    if (given.resume !== true) await load(definition, config, given);
    const { erased } = await withFeeds(definition, definitions, config, databases, (feeds) =>
      reapplyErasures({
        definition,
        databaseUrl: config.databaseUrl,
        keys: config.keys,
        settings: config.settings,
        logger: createLogger({ service: definition.name, level: config.logLevel }),
        feeds,
        onProgress: progressLines('erasures'),
      }),
    );
    print(
      given.json,
      { service: definition.name, erased },
      `${definition.name}: ${String(erased)} erasures re-applied; it can be started`,
    );
  });
}

async function load(
  { name: service, migrations }: ServiceDefinition,
  { databaseUrl }: ServiceConfig,
  { from, replace = false, inPlace = false }: RestoreArguments,
): Promise<void> {
  if (inPlace) {
    if (from !== undefined)
      throw new Error('--in-place takes the database as it is, --from another one: give one of them');
    const incarnation = await restoreInPlace({ databaseUrl, service, migrations });
    process.stderr.write(`incarnation ${incarnation} begins\n`);
    return;
  }
  if (from === undefined)
    throw new Error(
      '--from names the backup that is to be restored, or --in-place says that the database was brought back already',
    );
  const { backup, incarnation } = await restore({
    databaseUrl,
    service,
    migrations,
    from,
    replace,
    onProgress: progressLines('tables'),
  });
  process.stderr.write(
    `restored as of ${backup.createdAt}; incarnation ${backup.incarnation} ended, ${incarnation} begins\n`,
  );
}

/** The feeds that tell of erasures: over HTTP, or from the database of a service that cannot answer. */
async function withFeeds<T>(
  { name }: ServiceDefinition,
  definitions: readonly ServiceDefinition[],
  config: ServiceConfig,
  databases: ReadonlyMap<string, string>,
  work: (feeds: readonly Feed[]) => Promise<T>,
): Promise<T> {
  const { tokenUrl, clientId, clientSecret, urls } = config;
  const tokens = new ServiceTokens(clientCredentials({ tokenUrl, clientId, clientSecret }));
  const clients = new ServiceClients(tokens, (service) => urls.get(service) ?? '');
  const atRest = erasureSources(name).flatMap((source) => {
    const databaseUrl = databases.get(source);
    return databaseUrl === undefined ? [] : [openOther(source, definitions, { ...config, databaseUrl })];
  });
  try {
    return await work(
      erasureSources(name).map(
        (source) =>
          atRest.find(({ definition }) => definition.name === source)?.publicFeed ?? new HttpFeed(source, clients),
      ),
    );
  } finally {
    await Promise.all(atRest.map((service) => service.close()));
  }
}

function openOther(
  source: ServiceName,
  definitions: readonly ServiceDefinition[],
  { databaseUrl, keys, logLevel }: ServiceConfig,
): ReturnType<typeof openAtRest> {
  const definition = definitions.find((one) => one.name === source);
  if (definition === undefined)
    throw new Error(`the events of ${source} can be read by the command line of all services only`);
  return openAtRest(definition, { databaseUrl, keys, logger: createLogger({ service: source, level: logLevel }) });
}

async function urlsIn(file: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (file === undefined) return new Map();
  return new Map(Object.entries(JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>));
}
