import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import {
  acknowledgeChunk,
  acknowledgeTargetList,
  defineTargetList,
  deliverTargetList,
  freezeTargetList,
  refuseTargetList,
} from './target-list.decider.js';
import type {
  TargetListAcknowledged,
  TargetListChunkAcknowledged,
  TargetListDefined,
  TargetListDelivered,
  TargetListFrozen,
  TargetListRefused,
} from './target-list.events.js';
import { targetListAggregate } from './target-list.js';

const given = deciderSpec(targetListAggregate);

const list = { targetListId: 'list-1', loopId: 'list-1', campaignId: 'campaign-1', asOf: '1997-09-30T23:59:59.999Z' };
const definition: TargetListDefined['data'] = {
  ...list,
  segmentId: 'segment-1',
  refreshId: 'refresh-1',
  runIds: ['run-1'],
};
const members = { selected: 10, suppressed: { 'over-limit': 3 }, frozen: 7, contentHash: 'abc' };
const word = { targetListId: 'list-1', chunk: 0, accepted: 6, rejected: { 'party-erased': 1 } };
const end = { targetListId: 'list-1', accepted: 6, rejected: 1, control: 2, arms: { treatment: 4 } };

const loopId = 'list-1';
const defined: TargetListDefined = { type: 'TargetListDefined', data: definition, loopId };
const refused: TargetListRefused = {
  type: 'TargetListRefused',
  data: { targetListId: 'list-1', code: 'mart-check-failed' },
  loopId,
};
const frozen: TargetListFrozen = { type: 'TargetListFrozen', data: { ...list, ...members }, loopId };
const delivered: TargetListDelivered = {
  type: 'TargetListDelivered',
  data: { ...list, chunks: 1, members: 7 },
  loopId,
};
const chunkAcknowledged: TargetListChunkAcknowledged = { type: 'TargetListChunkAcknowledged', data: word, loopId };
const acknowledged: TargetListAcknowledged = { type: 'TargetListAcknowledged', data: end, loopId };

const define = (changes: Partial<TargetListDefined['data']> = {}, atAnyTime = false) =>
  defineTargetList({ definition: { ...definition, ...changes }, atAnyTime });

describe('define a target list', () => {
  it('stands on a refresh and runs', () => {
    given().when(define()).emits(defined);
  });
  it('changes nothing when it is defined again, whatever the newest refresh is by then', () => {
    given(defined)
      .when(define({ refreshId: 'refresh-2', runIds: [] }))
      .emitsNothing();
    given(defined, frozen, delivered)
      .when(define({ asOf: '2026-01-01T00:00:00.000Z' }, true))
      .emitsNothing();
  });
  it('refuses an id that belongs to another list', () => {
    given(defined)
      .when(define({ campaignId: 'campaign-2' }))
      .rejects('target-list-id-taken');
    given(defined)
      .when(define({ limit: 5 }))
      .rejects('target-list-id-taken');
    given(defined)
      .when(define({ asOf: '2026-01-01T00:00:00.000Z' }))
      .rejects('target-list-id-taken');
  });
});

describe('freeze a target list', () => {
  it('fixes its members once', () => {
    given(defined).when(freezeTargetList(members)).emits(frozen);
    given(defined, frozen)
      .when(freezeTargetList({ ...members, frozen: 8 }))
      .emitsNothing();
    given().when(freezeTargetList(members)).emitsNothing();
  });
  it('is refused on a mart that differs from its sources', () => {
    given(defined).when(refuseTargetList('mart-check-failed')).emits(refused);
    given(defined, refused).when(freezeTargetList(members)).emitsNothing();
    given(defined, frozen).when(refuseTargetList('mart-check-failed')).emitsNothing();
    given(defined, frozen, refused).when(deliverTargetList(1)).emits(delivered);
  });
});

describe('deliver a target list', () => {
  it('ends with the counts, once', () => {
    given(defined, frozen).when(deliverTargetList(1)).emits(delivered);
    given(defined, frozen, delivered).when(deliverTargetList(1)).emitsNothing();
  });
});

describe('acknowledge a target list', () => {
  it('notes what became of each chunk, once', () => {
    given(defined, frozen, delivered).when(acknowledgeChunk(word)).emits(chunkAcknowledged);
    given(defined, frozen, delivered, chunkAcknowledged).when(acknowledgeChunk(word)).emitsNothing();
  });
  it('ends when the wave is loaded', () => {
    given(defined, frozen, delivered, chunkAcknowledged).when(acknowledgeTargetList(end)).emits(acknowledged);
    given(defined, frozen, delivered, acknowledged).when(acknowledgeTargetList(end)).emitsNothing();
  });
  it('has nothing to note about waves that are no list', () => {
    given().when(acknowledgeChunk(word)).emitsNothing();
    given().when(acknowledgeTargetList(end)).emitsNothing();
    // What comes out of order changes nothing either.
    given(frozen, delivered, chunkAcknowledged, acknowledged).when(deliverTargetList(1)).emitsNothing();
  });
});
