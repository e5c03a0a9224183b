import { readFileSync } from 'node:fs';
import type { KafkaSettings } from '@crm/messaging';
import { Type, type Static } from '@sinclair/typebox';
import { file, secret, type ConfigRule } from '../config/config.js';
import { brokers, brokersOf } from './formats.js';

/** Variables of the Kafka cluster. */
export const kafkaVariables = Type.Object({
  CRM_KAFKA_BROKERS: brokers(),
  CRM_KAFKA_TLS: Type.Boolean({ default: false }),
  CRM_KAFKA_CA_FILE: Type.Optional(file()),
  CRM_KAFKA_CERT_FILE: Type.Optional(file({ requires: ['CRM_KAFKA_KEY_FILE'] })),
  CRM_KAFKA_KEY_FILE: Type.Optional(file({ requires: ['CRM_KAFKA_CERT_FILE'] })),
  CRM_KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Union([Type.Literal('plain'), Type.Literal('scram-sha-256'), Type.Literal('scram-sha-512')], {
      requires: ['CRM_KAFKA_USERNAME', 'CRM_KAFKA_PASSWORD'],
    }),
  ),
  CRM_KAFKA_USERNAME: Type.Optional(Type.String({ requires: ['CRM_KAFKA_SASL_MECHANISM'] })),
  CRM_KAFKA_PASSWORD: Type.Optional(secret({ requires: ['CRM_KAFKA_SASL_MECHANISM'] })),
});

type KafkaVariables = Static<typeof kafkaVariables>;

/** Certificates are of no use without TLS, and a plain password must not be seen on the way. */
export const kafkaRule: ConfigRule = (values) => {
  if (values['CRM_KAFKA_TLS'] !== false) return [];
  const withoutUse = ['CRM_KAFKA_CA_FILE', 'CRM_KAFKA_CERT_FILE', 'CRM_KAFKA_KEY_FILE']
    .filter((name) => values[name] !== undefined)
    .map((variable) => ({ variable, problem: 'is of no use unless CRM_KAFKA_TLS is true' }));
  const inTheClear = values['NODE_ENV'] === 'production' && values['CRM_KAFKA_SASL_MECHANISM'] === 'plain';
  return inTheClear
    ? [...withoutUse, { variable: 'CRM_KAFKA_SASL_MECHANISM', problem: 'plain needs CRM_KAFKA_TLS in production' }]
    : withoutUse;
};

/** The settings of the Kafka client. */
export function kafkaSettingsOf(clientId: string, values: KafkaVariables): KafkaSettings {
  const { CRM_KAFKA_SASL_MECHANISM: mechanism, CRM_KAFKA_USERNAME: username, CRM_KAFKA_PASSWORD: password } = values;
  return {
    brokers: brokersOf(values.CRM_KAFKA_BROKERS),
    clientId,
    ...(values.CRM_KAFKA_TLS
      ? {
          tls: {
            ...contentAs('ca', values.CRM_KAFKA_CA_FILE),
            ...contentAs('cert', values.CRM_KAFKA_CERT_FILE),
            ...contentAs('key', values.CRM_KAFKA_KEY_FILE),
          },
        }
      : {}),
    ...(mechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism, username, password } }),
  };
}

function contentAs<Name extends string>(name: Name, path: string | undefined): { readonly [N in Name]?: string } {
  return path === undefined ? {} : ({ [name]: readFileSync(path, 'utf8') } as { readonly [N in Name]?: string });
}
