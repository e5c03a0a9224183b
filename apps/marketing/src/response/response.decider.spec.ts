import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { recordImportedResponse, recordResponse } from './response.decider.js';
import type { ResponseEvent } from './response.events.js';
import { responseAggregate } from './response.js';

const given = deciderSpec(responseAggregate);
const at = '2026-03-02T00:00:00.000Z';
const heard = { responseId: 'r-1', partyId: 'p-1', kind: 'visit' as const, at };
const match = { rule: 'window' as const, campaignId: 'c-1', waveId: 'w-1', arm: 'control' };
const received: ResponseEvent = {
  type: 'ResponseReceived',
  data: { ...heard, channel: 'web', source: 'api' },
  occurredAt: at,
};
const unmatched: ResponseEvent = { type: 'ResponseRecorded', data: heard, occurredAt: at };
const matched: ResponseEvent = { type: 'ResponseRecorded', data: { ...heard, match }, occurredAt: at, loopId: 'w-1' };

describe('record response', () => {
  it('keeps what matches nobody, once', () => {
    given(received).when(recordResponse(heard)).emits(unmatched);
    given(received, unmatched).when(recordResponse(heard)).emitsNothing();
  });
  it('finds its member later, for ever', () => {
    given(received, unmatched)
      .when(recordResponse({ ...heard, match }))
      .emits(matched);
    given(received, matched)
      .when(recordResponse({ ...heard, match: { ...match, waveId: 'w-2' } }))
      .emitsNothing();
    given(received, matched).when(recordResponse(heard)).emitsNothing();
  });
});

describe('record an imported response', () => {
  it('is heard and matched in one', () => {
    const data = { ...heard, channel: 'email', source: 'wave-import' };
    given()
      .when(recordImportedResponse(data, { ...heard, match }))
      .emits({ type: 'ResponseReceived', data, occurredAt: at, loopId: 'w-1' }, matched);
    given(received, matched)
      .when(recordImportedResponse(data, { ...heard, match }))
      .emitsNothing();
    given()
      .when(recordImportedResponse(data, heard))
      .emits({ type: 'ResponseReceived', data, occurredAt: at }, unmatched);
  });
});
