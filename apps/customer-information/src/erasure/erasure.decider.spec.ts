import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { eraseParty, reportErasure } from './erasure.decider.js';
import type { ErasureEvent } from './erasure.events.js';
import { ERASING_SERVICES, erasureAggregate } from './erasure.js';

const given = deciderSpec(erasureAggregate);
const AT = '2026-01-01T00:00:00.000Z';
const request = { erasureId: 'erasure', partyId: 'party', requestedAt: AT };
const destroyed = { keys: 1, snapshots: 0, rows: 3, deadLetters: 0, jobs: 0 };
const requested: readonly ErasureEvent[] = [
  { type: 'ErasureRequested', data: request },
  { type: 'PartyErased', data: { erasureId: 'erasure', partyId: 'party', linkedIds: [] } },
];
const reported = (service: string): ErasureEvent => ({
  type: 'ServiceErasureReported',
  data: { service, destroyed, at: AT },
});

describe('erase party', () => {
  it('erases it, once', () => {
    given()
      .when(eraseParty(request))
      .emits(...requested);
    given(...requested)
      .when(eraseParty(request))
      .emitsNothing();
  });
});

describe('report erasure', () => {
  const report = (service: string) => reportErasure({ service, destroyed, at: AT });

  it('keeps the report of each service once', () => {
    given(...requested)
      .when(report('sales'))
      .emits(reported('sales'));
    given(...requested, reported('sales'))
      .when(report('sales'))
      .emitsNothing();
  });

  it('is complete with the last one', () => {
    const [last = '', ...others] = [...ERASING_SERVICES].reverse();
    const services = [...others, last];
    const completed: ErasureEvent = {
      type: 'ErasureCompleted',
      data: { erasureId: 'erasure', partyId: 'party', services },
    };
    given(...requested, ...others.map(reported))
      .when(report(last))
      .emits(reported(last), completed);
    given(...requested, ...services.map(reported), completed)
      .when(report(last))
      .emitsNothing();
  });

  it('of an erasure that is not known changes nothing', () => {
    given().when(report('sales')).emitsNothing();
    given(reported('sales')).when(report('sales')).emitsNothing();
  });
});
