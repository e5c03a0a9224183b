import { join } from 'node:path';
import type { ProcessIdentity } from '../processes/identity.js';

/** What a local broker may be told. */
export interface KafkaOptions {
  /** Made when missing; the broker finds its topics there after a restart. */
  readonly dataDir: string;
  /** Default: `kafka.log` in the data folder. */
  readonly log?: string;
  readonly port: number;
  readonly controllerPort: number;
  /** A second listener whose clients are told to come through a proxy on another port. */
  readonly proxied?: { readonly port: number; readonly advertisedPort: number };
  /** A listener with SASL PLAIN and access control; only the plain listener may do everything. */
  readonly secured?: { readonly port: number; readonly users: Readonly<Record<string, string>> };
  /** Further settings of the broker, which win over those here. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Default 384m. */
  readonly heap?: string;
  /** Told as soon as the process runs. */
  readonly onSpawn?: (identity: ProcessIdentity) => void;
}

const LOOPBACK = '127.0.0.1';

/** The settings of one process that is broker and controller, on loopback alone, with topics made by hand alone. */
export function serverProperties(options: KafkaOptions): string {
  const { port, controllerPort, proxied, secured } = options;
  const listeners: Record<string, { port: number; advertised: number; protocol: string }> = {
    PLAIN: { port, advertised: port, protocol: 'PLAINTEXT' },
    ...(proxied && { PROXIED: { port: proxied.port, advertised: proxied.advertisedPort, protocol: 'PLAINTEXT' } }),
    ...(secured && { SECURED: { port: secured.port, advertised: secured.port, protocol: 'SASL_PLAINTEXT' } }),
  };
  const names = Object.entries(listeners);
  const at = (name: string, at: number): string => `${name}://${LOOPBACK}:${at}`;
  return lines({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    listeners: [...names.map(([name, { port }]) => at(name, port)), at('CONTROLLER', controllerPort)].join(','),
    'advertised.listeners': names.map(([name, { advertised }]) => at(name, advertised)).join(','),
    'listener.security.protocol.map': [
      ...names.map(([name, { protocol }]) => `${name}:${protocol}`),
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    'log.dirs': join(options.dataDir, 'log'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    ...(secured && accessControl(secured.users)),
    ...options.properties,
  });
}

/** The log goes to the output of the process, warnings of the chatty parts only. */
export function logProperties(): string {
  return lines({
    'appender.out.type': 'Console',
    'appender.out.name': 'out',
    'appender.out.layout.type': 'PatternLayout',
    'appender.out.layout.pattern': '%d{ISO8601} %p %m (%c)%n',
    'rootLogger.level': 'INFO',
    'rootLogger.appenderRef.out.ref': 'out',
  });
}

function accessControl(users: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const accounts = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  const module = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  return {
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.secured.plain.sasl.jaas.config': `${module} required ${accounts.join(' ')};`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // Who comes by the plain listener has no name; the controller is among them.
    'super.users': 'User:ANONYMOUS',
    'allow.everyone.if.no.acl.found': 'false',
  };
}

function lines(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
