import type { FeedEvent } from '@crm/messaging';
import type { PartyEvent, PartyKind } from '../party/party.events.js';

/** A party as the directory keeps it; name, contact points, birth date and reference are sealed. */
export interface DirectoryRow {
  readonly partyId: string;
  readonly kind: PartyKind;
  readonly name: string | null;
  readonly contactPoints: string | null;
  readonly birthDate: string | null;
  readonly partyRef: string | null;
  readonly timeZone: string | null;
  readonly locale: string | null;
  readonly registeredAt: string;
  readonly version: number;
}

/** The rows after the events. Events of one party come in order, so a change always finds its row. */
export function rowsOf(
  events: readonly FeedEvent<PartyEvent>[],
  known: readonly DirectoryRow[],
): readonly DirectoryRow[] {
  const rows = new Map(known.map((row) => [row.partyId, row]));
  const touched = new Set<string>();
  for (const event of events) {
    const row = event.type === 'PartyRegistered' ? registered(event) : changed(rows.get(event.key), event);
    if (row === undefined) continue;
    rows.set(event.key, row);
    touched.add(event.key);
  }
  return [...rows.values()].filter((row) => touched.has(row.partyId));
}

type Registered = Extract<FeedEvent<PartyEvent>, { readonly type: 'PartyRegistered' }>;
type Changed = Exclude<FeedEvent<PartyEvent>, Registered>;

function registered({ key, data, version }: Registered): DirectoryRow {
  const { kind, timeZone = null, locale = null, registeredAt } = data;
  return { partyId: key, kind, ...sealedOf(data), timeZone, locale, registeredAt, version };
}

function sealedOf({
  name,
  contactPoints,
  birthDate,
  partyRef,
}: Registered['data']): Pick<DirectoryRow, 'name' | 'contactPoints' | 'birthDate' | 'partyRef'> {
  return {
    name: sealed(name),
    contactPoints: sealed(contactPoints),
    birthDate: sealed(birthDate),
    partyRef: sealed(partyRef),
  };
}

function changed(row: DirectoryRow | undefined, event: Changed): DirectoryRow | undefined {
  if (row === undefined) return undefined;
  const { version } = event;
  switch (event.type) {
    case 'PartyRenamed':
      return { ...row, version, name: sealed(event.data.name) };
    case 'PartyContactPointsChanged':
      return { ...row, version, contactPoints: sealed(event.data.contactPoints) };
    case 'PartyTimeZoneChanged':
      return { ...row, version, timeZone: event.data.timeZone };
    case 'PartyLocaleChanged':
      return { ...row, version, locale: event.data.locale };
    case 'PartyBirthDateCorrected':
      return { ...row, version, birthDate: sealed(event.data.birthDate) };
  }
}

/** Projections are given personal fields as they are stored: sealed texts. */
function sealed(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
