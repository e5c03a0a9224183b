/** How a service reaches the brokers. Certificates and keys are PEM texts. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS; without `ca` the system's authorities are trusted. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** The topic of a service's events; partition = lane. */
export function topicOf(service: string): string {
  return `crm.${service}.events.v1`;
}
