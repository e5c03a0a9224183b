import { SERVICES } from '@crm/contracts';
import { LANES } from '@crm/event-sourcing';
import { applyTopics } from '@crm/messaging';
import { Type } from '@sinclair/typebox';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/config.js';
import { processEnvironment } from '../config/process-environment.js';
import { createLogger } from '../logging/logger.js';
import { kafkaRule, kafkaSettingsOf, kafkaVariables } from './kafka.js';
import { print } from './verb.js';

const DAY_MS = 86_400_000;

interface TopicsArguments {
  readonly replicationFactor: number;
  readonly retentionDays?: number;
  readonly acls?: boolean;
  readonly json?: boolean;
}

/** `topics apply`: the only thing that ever makes a topic. */
export function topicsCommand(): Command {
  const apply = new Command('apply')
    .description('makes the topics of all services, and brings the settings of those that exist up to date')
    .option(
      '--replication-factor <number>',
      'brokers that hold each event, in topics that are made; in production 3',
      positive,
      1,
    )
    .option('--retention-days <days>', 'how long events can be read; default 14, or what a topic has already', positive)
    .option('--acls', 'lets each service write its own topic and no other, where the brokers have access control')
    .option('--json', 'prints JSON')
    .addHelpText('after', '\nNeeds the CRM_KAFKA_… settings, and nothing else. Safe to repeat.')
    .action(async ({ replicationFactor, retentionDays, acls, json }: TopicsArguments) => {
      const schema = Type.Object({ ...kafkaVariables.properties, NODE_ENV: Type.Optional(Type.String()) });
      const settings = kafkaSettingsOf('crm-topics', loadConfig(schema, processEnvironment, [kafkaRule]));
      const changes: string[] = [];
      await applyTopics(settings, SERVICES, {
        partitions: LANES,
        replicationFactor,
        ...(retentionDays === undefined ? {} : { retentionMs: retentionDays * DAY_MS }),
        access: acls === true,
        logger: createLogger({ service: 'topics', level: 'error' }),
        report: (line) => changes.push(line),
      });
      print(json, { changes }, changes.join('\n'));
    });
  return new Command('topics').description('the topics of the services').addCommand(apply);
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 on.');
  return Number(text);
}
