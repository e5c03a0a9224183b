import { describe, expect, it } from '@jest/globals';
import { logLevel, type LogEntry } from 'kafkajs';
import { clientOptions } from './kafka-client.js';
import { clientLog } from './kafka-log.js';

const plain = { brokers: ['one:9092', 'two:9092'], clientId: 'sales' };

describe('the settings of Kafka', () => {
  it('name brokers and client, and give up what is not answered', () => {
    const options = clientOptions(plain);
    expect(options).toMatchObject({ ...plain, enforceRequestTimeout: true, requestTimeout: 30_000 });
    expect(options.ssl).toBeUndefined();
    expect(options.sasl).toBeUndefined();
  });

  it('turn TLS on, with the authorities of the system or given ones', () => {
    expect(clientOptions({ ...plain, tls: {} }).ssl).toEqual({});
    expect(clientOptions({ ...plain, tls: { ca: 'authority' } }).ssl).toEqual({ ca: 'authority' });
  });

  it('present a certificate of the client', () => {
    const tls = { ca: 'authority', cert: 'certificate', key: 'key' };
    expect(clientOptions({ ...plain, tls }).ssl).toEqual(tls);
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('log in with %s', (mechanism) => {
    const sasl = { mechanism, username: 'sales', password: 'secret' };
    expect(clientOptions({ ...plain, tls: {}, sasl }).sasl).toEqual(sasl);
  });
});

describe('the log of the client', () => {
  const written = (level: logLevel, message: string, more: object = {}) => {
    const lines: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
    const to = (name: string) => (fields: object, text: string) => lines.push({ level: name, fields, message: text });
    const log = clientLog({ info: to('info'), warn: to('warn'), error: to('error') })(logLevel.INFO);
    const entry: LogEntry = {
      namespace: 'Connection',
      level,
      label: '',
      log: { timestamp: '2026-01-31T09:00:00.000Z', message, ...more },
    };
    log(entry);
    return lines;
  };

  it('says what failed and where, and nothing of what was sent', () => {
    const more = { broker: 'one:9092', error: 'Request timed out', payload: { value: 'personal' }, stack: 'at …' };
    expect(written(logLevel.ERROR, 'Response Produce', more)).toEqual([
      {
        level: 'warn',
        fields: { broker: 'one:9092', error: 'Request timed out' },
        message: 'Connection: Response Produce',
      },
    ]);
  });

  it.each([
    "The coordinator is loading and hence can't process requests for this group",
    'The group coordinator is not available',
    'This server is not the leader for that topic-partition',
    'The group is rebalancing, so a rejoin is needed',
  ])('does not warn of what passes by itself: %s', (error) => {
    expect(written(logLevel.ERROR, 'Response', { error }).map(({ level }) => level)).toEqual(['info']);
  });
});
