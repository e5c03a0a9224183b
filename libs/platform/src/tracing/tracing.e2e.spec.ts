import {
  activeTraceparent,
  currentContext,
  EventStore,
  inSpan,
  InMemoryEventLog,
  newId,
  openSpan,
  runInContext,
} from '@crm/event-sourcing';
import { OtlpReceiver, parcelAggregate, sendParcel } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { startTracing, type Tracing } from './tracing.js';

const ELSEWHERE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const NOT_KEPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

let receiver: OtlpReceiver;
let tracing: Tracing | undefined;

beforeAll(async () => {
  receiver = await OtlpReceiver.open();
});
afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
  receiver.spans.length = 0;
});
afterAll(() => receiver.close());

const start = (ratio?: number): void => {
  const options = { service: 'sales', endpoint: receiver.endpoint };
  tracing = startTracing(ratio === undefined ? options : { ...options, ratio });
};
const storedMeta = async (): Promise<object | undefined> => {
  const store = new EventStore(new InMemoryEventLog());
  const { streamId } = await store.transact(parcelAggregate, newId(), sendParcel('Busan'));
  return (await store.readStream(streamId))[0]?.meta;
};

describe('a process that traces', () => {
  it('sends spans within spans under its name', async () => {
    start();
    await inSpan({ name: 'outer', kind: 'server', attributes: { 'http.route': '/v1/orders' } }, () =>
      inSpan({ name: 'inner', kind: 'client' }, () => Promise.resolve()),
    );
    await tracing?.stop();
    const [inner, outer] = receiver.spans;
    expect(outer).toMatchObject({ service: 'sales', name: 'outer', kind: 'server', failed: false });
    expect(outer?.attributes).toEqual({ 'http.route': '/v1/orders' });
    expect(inner).toMatchObject({
      name: 'inner',
      kind: 'client',
      parentSpanId: outer?.spanId,
      traceId: outer?.traceId,
    });
  });

  it('goes on with a trace that began elsewhere', async () => {
    start(0);
    await inSpan({ name: 'carried on', kind: 'consumer', parent: ELSEWHERE }, () => Promise.resolve());
    await tracing?.stop();
    expect(receiver.spans).toMatchObject([
      { traceId: ELSEWHERE.split('-')[1], parentSpanId: ELSEWHERE.split('-')[2], name: 'carried on' },
    ]);
  });

  it.each(['not a trace', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
    'begins a trace of its own after %j',
    async (parent) => {
      start();
      await inSpan({ name: 'new', kind: 'server', parent }, () => Promise.resolve());
      await tracing?.stop();
      expect(receiver.spans).toMatchObject([{ name: 'new', parentSpanId: undefined }]);
    },
  );

  it('keeps of an error what it is, and not what it says', async () => {
    start();
    const failing = inSpan({ name: 'failing', kind: 'internal' }, () =>
      Promise.reject(new TypeError('ada@example.com')),
    );
    await expect(failing).rejects.toThrow('ada@');
    await tracing?.stop();
    expect(receiver.spans).toMatchObject([{ failed: true, attributes: { 'error.type': 'TypeError' } }]);
    expect(JSON.stringify(receiver.spans)).not.toContain('ada@');
  });

  it('stores with an event which span stored it', async () => {
    start();
    const [meta, traceparent] = await inSpan({ name: 'command', kind: 'server' }, async (span) => [
      await storedMeta(),
      span.traceparent,
    ]);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(meta).toMatchObject({ traceparent });
  });

  it('stores nothing of a trace that is not kept, and tells others that it is not', async () => {
    start(0);
    const [meta, traceparent] = await inSpan({ name: 'command', kind: 'server' }, async (span) => [
      await storedMeta(),
      span.traceparent,
    ]);
    expect(traceparent).toMatch(/-00$/);
    expect(meta).not.toHaveProperty('traceparent');
    const span = openSpan({ name: 'carried on', kind: 'server', parent: NOT_KEPT });
    expect(span.within(activeTraceparent)).toBeUndefined();
    span.end();
  });

  it('gives its span to what is done in its context later', async () => {
    start();
    const context = await inSpan({ name: 'command', kind: 'server' }, () => Promise.resolve(currentContext()));
    const meta = await runInContext(context, storedMeta);
    expect(meta).toMatchObject({ traceparent: context.traceparent, correlationId: context.correlationId });
  });

  it('names the trace in log lines', async () => {
    start();
    const lines: string[] = [];
    const logger = createLogger({ service: 'sales', destination: { write: (line) => void lines.push(line) } });
    logger.info('before');
    const traceId = await inSpan({ name: 'command', kind: 'server' }, (span) => {
      logger.info('within');
      return Promise.resolve(span.traceparent?.split('-')[1]);
    });
    expect(lines.map((line) => (JSON.parse(line) as { traceId?: string }).traceId)).toEqual([undefined, traceId]);
  });

  it('is not held up by a collector that is away', async () => {
    tracing = startTracing({ service: 'sales', endpoint: 'http://127.0.0.1:9' });
    await inSpan({ name: 'lost', kind: 'internal' }, () => Promise.resolve());
    const from = performance.now();
    await tracing.stop();
    expect(performance.now() - from).toBeLessThan(7_000);
  });
});

describe('a process that does not trace', () => {
  it('stores nothing new, and does its work', async () => {
    const [meta, traceparent] = await inSpan({ name: 'command', kind: 'server' }, async (span) => [
      await storedMeta(),
      span.traceparent,
    ]);
    expect(traceparent).toBeUndefined();
    expect(meta).not.toHaveProperty('traceparent');
    expect(receiver.spans).toEqual([]);
  });
});
