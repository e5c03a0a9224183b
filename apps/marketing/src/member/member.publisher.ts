import { publicEvent, ResponseClassifiedV1, type PublicEvent } from '@crm/contracts';
import type { ResponseClassified } from './member.events.js';

export function publishMember({
  data: { alone: _alone, problem: _problem, ...data },
}: ResponseClassified): PublicEvent {
  return publicEvent(ResponseClassifiedV1, data);
}
