import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { completeMartRefresh, noteSourceHeads, requestMartRefresh } from './mart-refresh.decider.js';
import type { IntegrityCheck, MartRefreshEvent } from './mart-refresh.events.js';
import { martRefreshAggregate } from './mart-refresh.js';

const given = deciderSpec(martRefreshAggregate);
const refreshId = '01900000-0000-7000-8000-000000000001';
const asOf = '1997-09-30T23:59:59.999Z';
const now = '2026-01-05T10:00:00.000Z';
const heads = [{ service: 'sales', lane: 0, position: '12' }];
const checks = (second: boolean): readonly IntegrityCheck[] => [
  { check: 1, passed: true, detail: 'sales order-placed: 12 of 12' },
  { check: 2, passed: second, detail: 'revenue 100 of 100' },
];
const snapshot = { refreshId, facts: 12, positions: heads, checks: checks(true) };
const requested: MartRefreshEvent = { type: 'MartRefreshRequested', data: { refreshId, asOf } };
const noted: MartRefreshEvent = { type: 'SourceHeadsNoted', data: { refreshId, heads } };
const refreshed: MartRefreshEvent = { type: 'MartRefreshed', data: { ...snapshot, asOf } };
const failed: MartRefreshEvent = {
  type: 'MartRefreshFailed',
  data: { ...snapshot, asOf, checks: checks(false), code: 'mart-check-failed' },
};

describe('request mart refresh', () => {
  it('refreshes the mart for the time named', () => {
    given().when(requestMartRefresh({ refreshId, asOf, now })).emits(requested);
  });
  it('refreshes the mart for the present when none is named', () => {
    given()
      .when(requestMartRefresh({ refreshId, now }))
      .emits({ type: 'MartRefreshRequested', data: { refreshId, asOf: now } });
  });
  it('changes nothing when the same refresh is requested again', () => {
    given(requested).when(requestMartRefresh({ refreshId, asOf, now })).emitsNothing();
    given(requested).when(requestMartRefresh({ refreshId, now })).emitsNothing();
  });
  it('refuses the id of a refresh for another time', () => {
    given(requested, refreshed)
      .when(requestMartRefresh({ refreshId, asOf: now, now }))
      .rejects('refresh-id-taken');
  });
});

describe('note source heads', () => {
  it('keeps what the sources held first', () => {
    given(requested).when(noteSourceHeads({ refreshId, heads })).emits(noted);
    given(requested, noted)
      .when(noteSourceHeads({ refreshId, heads: [] }))
      .emitsNothing();
  });
  it('does nothing for a refresh that is over, or was never requested', () => {
    given().when(noteSourceHeads({ refreshId, heads })).emitsNothing();
    given(requested, refreshed, noted).when(noteSourceHeads({ refreshId, heads })).emitsNothing();
  });
});

describe('complete mart refresh', () => {
  it('is done when both checks hold', () => {
    given(requested, noted).when(completeMartRefresh(snapshot)).emits(refreshed);
  });
  it('has failed when one does not', () => {
    given(requested, noted)
      .when(completeMartRefresh({ ...snapshot, checks: checks(false) }))
      .emits(failed);
  });
  it('stays as it ended', () => {
    given(requested, refreshed).when(completeMartRefresh(snapshot)).emitsNothing();
    given(requested, failed).when(completeMartRefresh(snapshot)).emitsNothing();
  });
});
