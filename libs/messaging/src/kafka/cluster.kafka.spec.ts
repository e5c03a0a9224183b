import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { expectEachInTurn } from './spec-kit/each-in-turn.js';
import { canStartBroker } from './spec-kit/own-broker.js';
import { OwnCluster } from './spec-kit/own-cluster.js';
import { ParcelService } from './spec-kit/parcel-service.js';
import { TestTopics } from './spec-kit/test-topic.js';

const MOVES = 60;
const PARCELS_PER_MOVE = 100;

(canStartBroker() ? describe : describe.skip)('a cluster whose partitions change their leaders', () => {
  let cluster: OwnCluster;
  let parcels: ParcelService;
  beforeAll(async () => {
    cluster = await OwnCluster.start();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    parcels = await ParcelService.open();
  });
  afterEach(() => parcels.close());

  it('has every position of each lane in the end, however often they changed', async () => {
    const { settings } = cluster;
    const topics = new TestTopics(['parcels'], settings);
    await topics.create();
    const relay = parcels.relay({ settings, topic: topics.nameOf });
    for (let round = 1; round <= MOVES; round++)
      await Promise.all([parcels.record(PARCELS_PER_MOVE), cluster.moveSome(topics.nameOf('parcels'), round)]);
    await parcels.published(relay, 60_000);
    await expectEachInTurn(parcels, topics);
  });
});
