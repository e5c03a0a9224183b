import kafkajs, { type Admin } from 'kafkajs';
import { pause } from '../back-off.js';
import { silentLogger, type ConsumerLogger } from '../signals.js';
import { applyAccess } from './access.js';
import { kafkaClient } from './kafka-client.js';
import { KafkaTimeout, UnfitTopic } from './kafka-errors.js';
import { topicOf, type KafkaSettings } from './kafka-settings.js';

const { ConfigResourceTypes, ConfigSource } = kafkajs;
const LEADERS_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface TopicPlan {
  /** Lanes of the services' logs; never changed once there are events. */
  readonly partitions: number;
  /** Of topics that are made; those that exist keep theirs. */
  readonly replicationFactor: number;
  /** How long events can be read from the topic; default 14 days, and for a topic that exists what it has. */
  readonly retentionMs?: number;
  /** Default: 2, or 1 where there is one replica. */
  readonly minInsyncReplicas?: number;
  /** Lets each service write its own topic and no other. For brokers with access control; default: no. */
  readonly access?: boolean;
  /** Default: `topicOf`. */
  readonly topic?: (service: string) => string;
  /** Is told every change, and what needs none. */
  readonly report?: (line: string) => void;
  readonly logger?: ConsumerLogger;
}

/** Makes the topics of these services, brings the settings of those that exist up to date, and grants access. Safe to repeat. */
export async function applyTopics(
  settings: KafkaSettings,
  services: readonly string[],
  plan: TopicPlan,
): Promise<void> {
  const { topic: nameOf = topicOf, report = () => undefined, logger = silentLogger } = plan;
  const admin = kafkaClient(settings, logger).admin();
  const topics = services.map(nameOf);
  try {
    await admin.connect();
    const listed = new Set(await admin.listTopics());
    const existing = topics.filter((topic) => listed.has(topic));
    const replicas = await checkPartitions(admin, existing, plan.partitions);
    for (const topic of topics) {
      const replicationFactor = replicas.get(topic);
      if (replicationFactor === undefined) await create(admin, topic, plan, report);
      else await alter(admin, topic, { ...plan, replicationFactor }, report);
    }
    if (plan.access === true) await applyAccess(admin, services, nameOf, report);
  } finally {
    await admin.disconnect();
  }
}

function configOf({ replicationFactor, retentionMs, minInsyncReplicas }: TopicPlan): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'delete',
    ...(retentionMs === undefined ? {} : { 'retention.ms': String(retentionMs) }),
    'min.insync.replicas': String(minInsyncReplicas ?? Math.min(2, replicationFactor)),
    // Retention counts from the publication, and a producer whose clock is wrong is not refused; `ce_time` says when it was recorded.
    'message.timestamp.type': 'LogAppendTime',
    // The largest event, with room to spare.
    'max.message.bytes': String(4 * 1024 * 1024),
  };
}

/** A lane is a partition: with another number of them positions could not be followed. How many replicas each topic has. */
async function checkPartitions(
  admin: Admin,
  topics: readonly string[],
  wanted: number,
): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map();
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
  for (const { name, partitions } of found)
    if (partitions.length !== wanted)
      throw new UnfitTopic(
        name,
        `has ${String(partitions.length)} partitions and not ${String(wanted)}, which cannot be changed: delete it, and the service publishes everything again`,
      );
  return new Map(
    found.map(({ name, partitions }) => [name, Math.min(...partitions.map(({ replicas }) => replicas.length))]),
  );
}

async function create(admin: Admin, topic: string, plan: TopicPlan, report: (line: string) => void): Promise<void> {
  const { partitions: numPartitions, replicationFactor } = plan;
  const kept = { ...plan, retentionMs: plan.retentionMs ?? 14 * DAY_MS };
  const configEntries = Object.entries(configOf(kept)).map(([name, value]) => ({ name, value }));
  await admin.createTopics({
    topics: [{ topic, numPartitions, replicationFactor, configEntries }],
    waitForLeaders: false,
  });
  await hasLeaders(admin, topic);
  report(`${topic}: created with ${String(numPartitions)} partitions, replication factor ${String(replicationFactor)}`);
}

/** The client's own wait fails when it asks a broker that has not heard of the topic yet. */
async function hasLeaders(admin: Admin, topic: string): Promise<void> {
  const giveUpAt = performance.now() + LEADERS_MS;
  for (;;) {
    const found = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => undefined);
    const partitions = found?.topics.flatMap((one) => one.partitions) ?? [];
    if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return;
    if (performance.now() > giveUpAt) throw new KafkaTimeout(`finding leaders for ${topic}`, LEADERS_MS);
    await pause(100);
  }
}

async function alter(admin: Admin, topic: string, plan: TopicPlan, report: (line: string) => void): Promise<void> {
  const wanted = configOf(plan);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  });
  const found = resources.flatMap(({ configEntries }) => configEntries);
  const current = new Map(found.map(({ configName, configValue }) => [configName, configValue]));
  const differing = Object.entries(wanted).filter(([name, value]) => current.get(name) !== value);
  if (differing.length === 0) {
    report(`${topic}: as it should be`);
    return;
  }
  // The request replaces all settings of the topic: those that somebody else made stay.
  const kept = found.filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG);
  const all = {
    ...Object.fromEntries(kept.map(({ configName, configValue }) => [configName, configValue])),
    ...wanted,
  };
  const configEntries = Object.entries(all).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  });
  for (const [name, value] of differing) report(`${topic}: ${name} ${current.get(name) ?? 'unset'} → ${value}`);
}
