import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { offsetsIn } from './relay-outlet.js';

const partitions = fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 40 });
const answersFor = (given: Iterable<number>): { partition: number; baseOffset: string }[] =>
  [...new Set(given)].map((partition) => ({ partition, baseOffset: String(100 + partition) }));

describe('what brokers answer to a batch', () => {
  it('says where the messages of each partition begin', () => {
    fc.assert(
      fc.property(partitions, (sent) => {
        const messages = sent.map((partition) => ({ partition }));
        const offsets = offsetsIn(answersFor(sent), messages);
        for (const partition of sent) expect(offsets.get(partition)).toBe(BigInt(100 + partition));
      }),
    );
  });

  it('is an error when any partition is missing from it, however the client calls the batch', () => {
    fc.assert(
      fc.property(partitions, fc.nat(), (sent, chosen) => {
        const missing = sent[chosen % sent.length] ?? 0;
        const answers = answersFor(sent).filter(({ partition }) => partition !== missing);
        const messages = sent.map((partition) => ({ partition }));
        expect(() => offsetsIn(answers, messages)).toThrow(`no broker answered for partition ${String(missing)}`);
      }),
    );
  });
});
