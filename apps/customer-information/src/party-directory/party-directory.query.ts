import { Rejected } from '@crm/event-sourcing';
import { partyIdOf } from '@crm/privacy';
import { listPage, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DirectoryRow } from './directory-rows.js';

export const PARTY_LIST = {
  fields: {
    partyId: { column: 'party_id', type: 'uuid' },
    kind: { column: 'kind', type: 'text', values: ['person', 'organization'] },
    timeZone: { column: 'time_zone', type: 'text', nullable: true },
    locale: { column: 'locale', type: 'text', nullable: true },
    registeredAt: { column: 'registered_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-registeredAt',
  tieBreaker: 'partyId',
} as const satisfies ListSpec;

export const LOOK_UPS = ['email', 'phone', 'ref', 'name'] as const;
type LookUp = (typeof LOOK_UPS)[number];

const SELECT = `party_id AS "partyId", kind, name, contact_points AS "contactPoints", birth_date AS "birthDate", party_ref AS "partyRef",
  time_zone AS "timeZone", locale, registered_at AS "registeredAt", version`;

/** A party in a list, its personal values opened. */
export type DirectoryEntry = Omit<DirectoryRow, 'name' | 'contactPoints'> & {
  readonly name: unknown;
  readonly contactPoints: unknown;
};

/** Parties, newest first; found by address, number, reference or the beginnings of words of a name. */
export class PartyDirectoryPage extends Query<ListPage<DirectoryEntry>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(PartyDirectoryPage)
export class PartyDirectoryPageHandler implements IQueryHandler<PartyDirectoryPage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: PartyDirectoryPage): Promise<ListPage<DirectoryEntry>> {
    const conditions = LOOK_UPS.flatMap((lookUp) => this.conditionsOf(lookUp, query[lookUp]));
    const text = conditions.map(({ sql }, index) => sql.replace('$?', `$${String(index + 1)}`)).join(' AND ');
    return listPage(this.context.pool, {
      spec: PARTY_LIST,
      query,
      allowed: LOOK_UPS,
      from: 'party_directory',
      select: SELECT,
      ...(conditions.length === 0 ? {} : { where: { text, values: conditions.map(({ value }) => value) } }),
      map: (row) => this.entryOf(row),
    });
  }

  private conditionsOf(lookUp: LookUp, given: unknown): readonly { readonly sql: string; readonly value: string }[] {
    if (given === undefined) return [];
    if (typeof given !== 'string' || given.trim() === '') throw unusable(lookUp);
    const { blindIndex, referenceKey } = this.context;
    if (lookUp === 'ref') return [{ sql: 'party_id = $?::uuid', value: partyIdOf(given, referenceKey) }];
    const tokens = lookUp === 'name' ? blindIndex.nameQuery(given) : [blindIndex.exact(lookUp, given)];
    return tokens.map((value) => ({
      sql: 'party_id IN (SELECT i.party_id FROM party_index i WHERE i.token = $?)',
      value,
    }));
  }

  private async entryOf(row: Row): Promise<DirectoryEntry> {
    const { partyId, kind, timeZone, locale, registeredAt, version, ...sealed } = row as unknown as DirectoryRow;
    const { name, contactPoints, birthDate, partyRef } = sealed;
    const values = [name, contactPoints, birthDate, partyRef];
    const [openName, openPoints, openBirthDate, openReference] = await this.context.vault.openAll(values);
    return {
      partyId,
      kind,
      name: openName ?? null,
      contactPoints: openPoints ?? [],
      birthDate: (openBirthDate ?? null) as string | null,
      partyRef: (openReference ?? null) as string | null,
      timeZone,
      locale,
      registeredAt,
      version,
    };
  }
}

function unusable(lookUp: LookUp): Rejected {
  const errors = [{ pointer: `/${lookUp}`, code: 'invalid', detail: 'One value to look for' }];
  return new Rejected('list-query-invalid', 'The look-up is not valid', { status: 400, errors });
}
