import {
  MarketingResponseReceivedV1,
  publicEvent,
  ResponseRecordedV1,
  type PublicEvent,
  type ResponseRecordedV1Data,
} from '@crm/contracts';
import type { ResponseEvent } from './response.events.js';

/** What was heard and whose it is; a note about a person stays here, and so does the name that its source gave it. */
export function publishResponse(event: ResponseEvent): PublicEvent {
  switch (event.type) {
    case 'ResponseReceived': {
      const { note: _note, responseRef: _responseRef, ...data } = event.data;
      return publicEvent(MarketingResponseReceivedV1, data);
    }
    case 'ResponseRecorded': {
      const { responseId, partyId, kind, at, amount, match } = event.data;
      return publicEvent(ResponseRecordedV1, {
        responseId,
        partyId,
        kind,
        at,
        matched: match !== undefined,
        ...(match === undefined ? {} : matchedFields(match)),
        ...(amount === undefined ? {} : { amount }),
      });
    }
  }
}

type Matched = NonNullable<Extract<ResponseEvent, { type: 'ResponseRecorded' }>['data']['match']>;

function matchedFields({
  rule,
  campaignId,
  waveId,
  treatmentId,
  arm,
}: Matched): Pick<ResponseRecordedV1Data, 'rule' | 'campaignId' | 'waveId' | 'arm' | 'treatmentId'> {
  return { rule, campaignId, waveId, arm, ...(treatmentId === undefined ? {} : { treatmentId }) };
}
