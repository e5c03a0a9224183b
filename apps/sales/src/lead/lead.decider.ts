import { deriveId, Rejected, type Decide } from '@crm/event-sourcing';
import type { LeadConverted, LeadEvent, LeadOpened } from './lead.events.js';
import type { Lead, LeadState } from './lead.js';

type Decision = Decide<Lead, LeadEvent>;
type KnownLead = Exclude<Lead, { status: 'none' }>;

const NEXT: Readonly<Record<LeadState, readonly LeadState[]>> = {
  new: ['working', 'qualified', 'disqualified'],
  working: ['qualified', 'disqualified'],
  qualified: ['converted', 'disqualified'],
  converted: [],
  disqualified: [],
};

const REASON_CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Opening is idempotent per lead id: a repeat for the same party changes nothing. */
export const openLead =
  (lead: LeadOpened['data']): Decision =>
  (state) => {
    if (state.status === 'none') return [{ type: 'LeadOpened', data: lead }];
    if (state.partyId === lead.partyId) return [];
    throw new Rejected('lead-id-taken', 'This lead belongs to another party');
  };

export const takeUpLead =
  ({ ownerId, at }: { readonly ownerId: string; readonly at: string }): Decision =>
  (state) => {
    const lead = known(state);
    if (lead.status === 'working' && lead.ownerId === ownerId) return [];
    if (lead.status !== 'working') mayGoTo(lead, 'working');
    return [{ type: 'LeadTakenUp', data: { leadId: lead.leadId, ownerId, at } }];
  };

export const qualifyLead =
  (at: string): Decision =>
  (state) => {
    const lead = known(state);
    if (lead.status === 'qualified') return [];
    mayGoTo(lead, 'qualified');
    return [{ type: 'LeadQualified', data: { leadId: lead.leadId, partyId: lead.partyId, at } }];
  };

/** The opportunity's id is the lead's own, so that there is never a second one. */
export const convertLead =
  (at: string, expected: Pick<LeadConverted['data'], 'name' | 'amount' | 'expectedCloseAt'> = {}): Decision =>
  (state) => {
    const lead = known(state);
    if (lead.status === 'converted') return [];
    mayGoTo(lead, 'converted');
    const { leadId, partyId } = lead;
    return [
      { type: 'LeadConverted', data: { leadId, partyId, opportunityId: opportunityOf(leadId), at, ...expected } },
    ];
  };

export const disqualifyLead =
  ({ reason, at }: { readonly reason?: string | undefined; readonly at: string }): Decision =>
  (state) => {
    const lead = known(state);
    if (lead.status === 'disqualified') return [];
    mayGoTo(lead, 'disqualified');
    return [
      { type: 'LeadDisqualified', data: { leadId: lead.leadId, partyId: lead.partyId, ...reasonOf(reason), at } },
    ];
  };

export function opportunityOf(leadId: string): string {
  return deriveId('opportunity', leadId);
}

/** Other services get a code. A reason in free text may be about a person: it stays here, sealed. */
function reasonOf(reason: string | undefined): { readonly reason: string; readonly note?: string } {
  if (reason === undefined) return { reason: 'unspecified' };
  return REASON_CODE.test(reason) ? { reason } : { reason: 'other', note: reason };
}

function known(state: Lead): KnownLead {
  if (state.status === 'none') throw new Rejected('not-found', 'There is no such lead', { status: 404 });
  return state;
}

function mayGoTo(lead: KnownLead, to: LeadState): void {
  const allowed = NEXT[lead.status];
  if (allowed.includes(to)) return;
  throw new Rejected('transition-not-allowed', 'The lead cannot go there from where it is', {
    extensions: { state: lead.status, allowed },
  });
}
