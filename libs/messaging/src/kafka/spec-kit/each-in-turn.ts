import { fromKafkaMessage } from '@crm/contracts';
import { expect } from '@jest/globals';
import type { ParcelService } from './parcel-service.js';
import type { TestTopics } from './test-topic.js';

/** Every position of each lane is in its partition, each for the first time in its turn; repetitions may come in between. */
export async function expectEachInTurn(parcels: ParcelService, topics: TestTopics): Promise<void> {
  const lanes = (await topics.read('parcels')).map((messages) =>
    messages.map(({ headers = {}, value }) => fromKafkaMessage(headers, value).position),
  );
  const heads = await parcels.feed().heads();
  expect(lanes).toHaveLength(heads.length);
  for (const [lane, head] of heads.entries()) {
    const firsts = [...new Set(lanes[lane])];
    expect(firsts).toEqual(Array.from({ length: Number(head) }, (_, index) => BigInt(index + 1)));
  }
}
