import type { ContactPolicy } from '../contact-policy/contact-policy.js';
import { ANY, consentsAt } from './consents.js';
import { ALREADY_CONTACTED, isSlotOf, type ContactLedger } from './contact-ledger.js';
import { quietUntil } from './quiet-hours.js';

const DAY_MS = 86_400_000;
const RETRY_INCOMPLETE_MS = 30_000;

export type PermissionRule =
  | typeof ALREADY_CONTACTED
  | 'consent'
  | 'constraint'
  | 'frequency-cap'
  | 'quiet-hours'
  | 'erased'
  | 'unreachable'
  | 'incomplete';
export type RulingOutcome = 'denied' | 'not-now' | 'passed';

/** What one rule says, and by which versions of the ledger; `byPolicy` when the policy decided too. */
export interface Ruling {
  readonly rule: PermissionRule;
  readonly outcome: RulingOutcome;
  readonly versions: readonly number[];
  readonly byPolicy: boolean;
}

export interface Permission {
  readonly outcome: 'granted' | 'denied' | 'not-now';
  readonly retryAt?: string;
  /** Of every rule, those that stand in the way first; `already-contacted` is named only when it does. */
  readonly rulings: readonly Ruling[];
}

/** A contact that is asked for, with what is known of the party outside its ledger. */
export interface PermissionRequest {
  readonly channel: string;
  readonly purpose: string;
  /** Business time of the contact. */
  readonly at: string;
  readonly now: string;
  readonly timeZone: string;
  readonly reachable: boolean;
  readonly erased: boolean;
  /** Whether something about the party has been heard that is not in the ledger yet. */
  readonly incomplete: boolean;
  /** The slot of this very contact, which does not count against it. */
  readonly reservationKey?: string;
  /** What it is for, when the key is another one. */
  readonly treatmentId?: string;
}

/** Whether a party may be contacted: every rule is asked, the least permissive answer wins. */
export function decidePermission(ledger: ContactLedger, policy: ContactPolicy, request: PermissionRequest): Permission {
  const until = quietUntil(forChannel(policy.quietHours, request.channel), request.timeZone, request.at);
  const rulings: readonly Ruling[] = [
    ...contactedRulings(ledger, request),
    ruling('erased', request.erased ? 'denied' : 'passed'),
    consentRuling(ledger, policy, request),
    ruling('constraint', 'passed'),
    capRuling(ledger, policy, request),
    ruling('unreachable', request.reachable ? 'passed' : 'denied'),
    ruling('incomplete', request.incomplete ? 'not-now' : 'passed'),
    ruling('quiet-hours', until === undefined ? 'passed' : 'not-now', [], until !== undefined),
  ];
  const sorted = RANK.flatMap((outcome) => rulings.filter((one) => one.outcome === outcome));
  if (rulings.some(({ outcome }) => outcome === 'denied')) return { outcome: 'denied', rulings: sorted };
  const soon = new Date(Date.parse(request.now) + RETRY_INCOMPLETE_MS).toISOString();
  const waits = [...(request.incomplete ? [soon] : []), ...(until === undefined ? [] : [until])];
  const retryAt = waits.sort().at(-1);
  return retryAt === undefined
    ? { outcome: 'granted', rulings: sorted }
    : { outcome: 'not-now', retryAt, rulings: sorted };
}

const RANK: readonly RulingOutcome[] = ['denied', 'not-now', 'passed'];

function ruling(
  rule: PermissionRule,
  outcome: RulingOutcome,
  versions: readonly number[] = [],
  byPolicy = false,
): Ruling {
  return { rule, outcome, versions, byPolicy };
}

/** Up to when facts count. The recorder replays the past as it was; a contact that really leaves goes by all that is known. */
function horizon({ channel, at, now }: PermissionRequest): string {
  return channel === 'recorder' || at > now ? at : now;
}

/** Whoever asks again for a contact that was made, or may have been, has forgotten it: the ledger has not. */
function contactedRulings(ledger: ContactLedger, request: PermissionRequest): readonly Ruling[] {
  const isThis = (key: string): boolean => key === request.reservationKey || key === request.treatmentId;
  const made = ledger.contacts.find(({ key, purpose }) => purpose !== undefined && isThis(key));
  return made === undefined ? [] : [ruling(ALREADY_CONTACTED, 'denied', [made.version])];
}

function consentRuling(ledger: ContactLedger, policy: ContactPolicy, request: PermissionRequest): Ruling {
  const fits = (stated: string, asked: string): boolean => stated === ANY || stated === asked;
  const held = consentsAt(ledger.consents, horizon(request)).filter(
    (fact) => fits(fact.purpose, request.purpose) && fits(fact.channel, request.channel),
  );
  const denials = held.filter((fact) => fact.state === 'denied');
  const deciding = denials.length > 0 ? denials : held;
  const versions = deciding.map((fact) => fact.version);
  if (held.length === 0) return ruling('consent', policy.default === 'granted' ? 'passed' : 'denied', [], true);
  return ruling('consent', denials.length > 0 ? 'denied' : 'passed', versions);
}

/** Open reservations count whenever they were made; contacts count while they lie in the window of a cap. */
function capRuling(ledger: ContactLedger, policy: ContactPolicy, request: PermissionRequest): Ruling {
  const isOwn = isSlotOf(request.reservationKey ?? '');
  const until = horizon(request);
  const full = forChannel(policy.caps, request.channel).flatMap((cap) => {
    const from = new Date(Date.parse(request.at) - cap.windowDays * DAY_MS).toISOString();
    const contacts = ledger.contacts.filter(({ at }) => at > from && at <= until);
    const slots = [...contacts, ...ledger.reservations].filter(
      (slot) => !isOwn(slot) && (cap.channel === ANY || slot.channel === cap.channel),
    );
    return slots.length >= cap.max ? [slots.map((slot) => slot.version)] : [];
  });
  if (full.length === 0) return ruling('frequency-cap', 'passed');
  const versions = [...new Set(full.flat())].sort((left, right) => left - right);
  return ruling('frequency-cap', 'denied', versions, true);
}

function forChannel<Entry extends { readonly channel: string }>(
  entries: readonly Entry[],
  channel: string,
): readonly Entry[] {
  return entries.filter((entry) => entry.channel === ANY || entry.channel === channel);
}
