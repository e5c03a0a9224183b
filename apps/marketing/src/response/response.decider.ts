import type { ResponseEvent, ResponseReceived, ResponseRecorded } from './response.events.js';
import type { Response } from './response.js';

/** Records to which member a response belongs, or that it belongs to none yet. A match is for ever. */
export const recordResponse =
  (input: ResponseRecorded['data']) =>
  (state: Response): readonly ResponseEvent[] => {
    if (state.recorded === 'matched' || (state.recorded === 'unmatched' && input.match === undefined)) return [];
    return [recorded(input)];
  };

/** A response that came with its member: heard and matched in one. */
export const recordImportedResponse =
  (received: ResponseReceived['data'], input: ResponseRecorded['data']) =>
  (state: Response): readonly ResponseEvent[] => {
    const loopId = input.match?.waveId;
    const heard: ResponseEvent = {
      type: 'ResponseReceived',
      data: received,
      occurredAt: received.at,
      ...(loopId === undefined ? {} : { loopId }),
    };
    return [...(state.received ? [] : [heard]), ...recordResponse(input)(state)];
  };

function recorded(data: ResponseRecorded['data']): ResponseEvent {
  const loopId = data.match?.waveId;
  return { type: 'ResponseRecorded', data, occurredAt: data.at, ...(loopId === undefined ? {} : { loopId }) };
}
