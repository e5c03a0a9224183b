import type { Projection, Tx } from '@crm/messaging';
import type { BlindIndex } from '@crm/privacy';
import type { ServiceContext } from '@crm/platform';
import type { PartyErased } from '../erasure/erasure.events.js';
import type { ContactPoint, PartyEvent, PartyName } from '../party/party.events.js';
import { rowsOf, type DirectoryRow } from './directory-rows.js';

const UPSERT = `INSERT INTO party_directory AS d (party_id, kind, name, contact_points, birth_date, party_ref, time_zone, locale, registered_at, version)
  SELECT n.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::int[])
    AS n(party_id, kind, name, contact_points, birth_date, party_ref, time_zone, locale, registered_at, version)
  ON CONFLICT (party_id) DO UPDATE SET kind = excluded.kind, name = excluded.name, contact_points = excluded.contact_points,
    birth_date = excluded.birth_date, party_ref = excluded.party_ref, time_zone = excluded.time_zone, locale = excluded.locale,
    registered_at = excluded.registered_at, version = excluded.version`;
const FIND = `SELECT party_id AS "partyId", kind, name, contact_points AS "contactPoints", birth_date AS "birthDate", party_ref AS "partyRef",
    time_zone AS "timeZone", locale, registered_at AS "registeredAt", version
  FROM party_directory WHERE party_id = ANY($1::uuid[])`;
const ERASED = 'SELECT party_id FROM party_directory_erased WHERE party_id = ANY($1::uuid[])';
const NOTE_ERASED = 'INSERT INTO party_directory_erased SELECT DISTINCT unnest($1::uuid[]) ON CONFLICT DO NOTHING';
const FORGET = ['party_directory', 'party_index'].map(
  (table) => `DELETE FROM ${table} WHERE party_id = ANY($1::uuid[])`,
);
const CLEAR_TOKENS = 'DELETE FROM party_index WHERE party_id = ANY($1::uuid[])';
const INSERT_TOKENS = `INSERT INTO party_index (token, party_id) SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING`;

/** Which parties are there, and who has this address, number or name? Values stay sealed; tokens say nothing without the key. */
export const partyDirectory = (context: ServiceContext): Projection<PartyEvent | PartyErased> => ({
  name: 'party-directory',
  sources: [
    {
      service: 'customer-information',
      types: [
        'PartyRegistered',
        'PartyRenamed',
        'PartyContactPointsChanged',
        'PartyTimeZoneChanged',
        'PartyLocaleChanged',
        'PartyBirthDateCorrected',
        'PartyErased',
      ],
    },
  ],
  tables: ['party_directory', 'party_index', 'party_directory_erased'],
  async apply(tx, events) {
    const erased = events.flatMap((event) =>
      event.type === 'PartyErased' ? [event.data.partyId, ...event.data.linkedIds] : [],
    );
    if (erased.length > 0) await forget(tx, erased);
    const changes = events.filter((event) => event.type !== 'PartyErased');
    if (changes.length === 0) return;
    const partyIds = [...new Set(changes.map((event) => event.key))];
    const { rows: known } = await tx.query<DirectoryRow>(FIND, [partyIds]);
    const { rows: gone } = await tx.query<{ party_id: string }>(ERASED, [partyIds]);
    const without = new Set(gone.map((row) => row.party_id));
    const rows = rowsOf(changes, known).filter((row) => !without.has(row.partyId));
    await write(tx, rows, context);
  },
});

/** The erasure counts and removes the rows; what came after it, from a key that was still in memory, goes here. */
async function forget(tx: Tx, partyIds: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ party_id: string }>(ERASED, [partyIds]);
  const counted = rows.map((row) => row.party_id);
  if (counted.length > 0) for (const statement of FORGET) await tx.query(statement, [counted]);
  await tx.query(NOTE_ERASED, [partyIds]);
}

async function write(tx: Tx, rows: readonly DirectoryRow[], { vault, blindIndex }: ServiceContext): Promise<void> {
  const opened = await vault.openColumns(rows, ['name', 'contactPoints']);
  // What does not open any more belongs to somebody who was erased: no row.
  const open = rows.flatMap((row, index) => {
    const { name, contactPoints } = opened[index] as unknown as Opened;
    return name === null ? [] : [{ row, tokens: tokensOf(blindIndex, name, contactPoints ?? []) }];
  });
  await tx.query(UPSERT, columnsOf(open.map(({ row }) => row)));
  await tx.query(CLEAR_TOKENS, [open.map(({ row }) => row.partyId)]);
  const entries = open.flatMap(({ row, tokens }) => tokens.map((token) => ({ token, partyId: row.partyId })));
  await tx.query(INSERT_TOKENS, [entries.map(({ token }) => token), entries.map(({ partyId }) => partyId)]);
}

interface Opened {
  readonly name: PartyName | null;
  readonly contactPoints: readonly ContactPoint[] | null;
}

function columnsOf(rows: readonly DirectoryRow[]): unknown[] {
  const fields = [
    'partyId',
    'kind',
    'name',
    'contactPoints',
    'birthDate',
    'partyRef',
    'timeZone',
    'locale',
    'registeredAt',
    'version',
  ] as const;
  return fields.map((field) => rows.map((row) => row[field]));
}

function tokensOf(index: BlindIndex, name: PartyName, contactPoints: readonly ContactPoint[]): readonly string[] {
  const names = 'legal' in name ? [name.legal] : [name.full, name.given ?? '', name.family ?? ''];
  const points = contactPoints.flatMap(({ kind, value }) =>
    kind === 'email' || kind === 'phone' ? [index.exact(kind, value)] : [],
  );
  return [...new Set([...index.nameTokens(names.join(' ')), ...points])];
}
