import { EventStore, InMemoryEventLog, newId, PostgresEventLog } from '@crm/event-sourcing';
import { BlindIndex } from '@crm/privacy';
import { createLogger } from '@crm/platform';
import { createTestDatabase } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { noteView } from './note-view.js';
import { resultViewAggregate, resultViewId } from './result-view.js';

const blindIndex = new BlindIndex(new Uint8Array(32).fill(7));
const logger = createLogger({ service: 'spec', level: 'silent' });
const viewed = { campaignId: newId(), version: 3, loopIds: [newId()] };

describe('note that a person read a result', () => {
  it('keeps a hash of the person, once', async () => {
    const store = new EventStore(new InMemoryEventLog());
    await noteView({ store, blindIndex, logger }, { actor: 'user:kim' }, viewed);
    await noteView({ store, blindIndex, logger }, { actor: 'user:kim' }, viewed);
    await noteView({ store, blindIndex, logger }, { actor: 'service:marketing' }, viewed);
    const events = await store.log.readLanes(
      Array.from({ length: store.log.lanes }, () => 0n),
      10,
    );
    expect(events.map(({ type, meta }) => [type, meta.loopId, meta.hop])).toEqual([
      ['CampaignResultViewed', viewed.loopIds[0], '12'],
    ]);
    expect(JSON.stringify(events.map(({ data, meta }) => [data, meta]))).not.toContain('kim');
    const viewer = blindIndex.exact('ref', 'user:kim');
    expect((await store.read(resultViewAggregate, resultViewId(viewed.campaignId, 3, viewer))).state).toEqual({
      viewed: true,
    });
  });

  it('never fails its caller', async () => {
    const database = await createTestDatabase();
    const store = new EventStore(new PostgresEventLog(database.pool));
    await expect(noteView({ store, blindIndex, logger }, { actor: 'user:kim' }, viewed)).resolves.toBeUndefined();
    await database.drop();
  });
});
