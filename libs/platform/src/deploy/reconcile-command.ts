import { SERVICES, type ServiceName } from '@crm/contracts';
import { planReconciliation, reconcile, type Reactor, type ReconciliationPlan } from '@crm/messaging';
import { Command, Option } from 'commander';
import { processEnvironment } from '../config/process-environment.js';
import { HttpFeed } from '../feed/http-feed.js';
import { createLogger } from '../logging/logger.js';
import { openAtRest } from '../service/open-at-rest.js';
import { ServiceClients } from '../service/service-clients.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { callersOf } from './callers.js';
import { serviceConfig } from './service-config.js';
import { print, serviceVerb } from './verb.js';

interface ReconcileArguments {
  readonly source: ServiceName;
  readonly plan?: boolean;
  readonly json?: boolean;
}

/** `feed reconcile`: has a service go on with another one that came back from a backup. */
export function reconcileCommand(definitions: readonly ServiceDefinition[]): Command {
  const command = new Command('reconcile')
    .description('has the consumers of a service go on with a source that came back from a backup')
    .addOption(
      new Option('--source <service>', 'the service that was restored').choices(SERVICES).makeOptionMandatory(),
    )
    .option('--plan', 'says what would be done, and changes nothing')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      `
Needs the settings of the service; it may run meanwhile. Each consumer goes back to the last event that the source still has,
read models that know more are rebuilt, and what was done because of events that are gone is listed: somebody has to look at it.`,
    );
  return serviceVerb<ReconcileArguments>(definitions, command, async (definition, { source, plan, json }) => {
    const result = await reconciled(definition, source, plan === true);
    print(json, written(result), textOf(result));
  });
}

async function reconciled(
  definition: ServiceDefinition,
  sourceName: ServiceName,
  onlyPlan: boolean,
): Promise<ReconciliationPlan> {
  const { name } = definition;
  if (sourceName === name) throw new Error(`the events of ${name} itself were settled by its restore`);
  const config = serviceConfig(definition, processEnvironment);
  const { tokens, urlOf } = callersOf(config);
  const clients = new ServiceClients(tokens, urlOf);
  const source = new HttpFeed(sourceName, clients);
  const others = SERVICES.filter((other) => other !== name && other !== sourceName);
  const { databaseUrl, keys, settings, logLevel } = config;
  const logger = createLogger({ service: name, level: logLevel });
  const service = openAtRest(definition, { databaseUrl, keys, settings, logger });
  try {
    const { projections, consumers } = service;
    const reactors = consumers.filter((one): one is Reactor => !projections.some(({ name: of }) => of === one.name));
    const feeds = [service.ownFeed, source, ...others.map((other) => new HttpFeed(other, clients))];
    const options = { pool: service.context.pool, source, feeds, projections, reactors };
    return await (onlyPlan ? planReconciliation(options) : reconcile(options));
  } finally {
    await service.close();
  }
}

/** Positions as text, as everywhere in JSON. */
function written(plan: ReconciliationPlan): unknown {
  return JSON.parse(
    JSON.stringify(plan, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as unknown;
}

function textOf({ source, incarnation, consumers, effects, strangers }: ReconciliationPlan): string {
  if (consumers.length === 0) return `nothing to do: every consumer follows incarnation ${incarnation} of ${source}`;
  return [
    `${source} is in incarnation ${incarnation}`,
    ...consumers.map(({ consumer, action, lost }) => {
      const events = lost.reduce((sum, { position, common }) => sum + Number(position - common), 0);
      return `  ${consumer}: ${action}, ${String(events)} events are gone`;
    }),
    ...(effects.length === 0 ? [] : ['done because of events that are gone:']),
    ...effects.map(({ type, streamId, eventId, recordedAt }) => `  ${recordedAt} ${type} ${streamId} (${eventId})`),
    ...strangers.map((stranger) => `  ${stranger} follows another incarnation, and is no consumer of this version`),
  ].join('\n');
}
