import { KeyErased, Rejected } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';
import type { TimeBounds } from '../times.js';
import { partyAggregate, type RegisteredParty } from './party.js';

const OptionalText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const MaybeText = Type.Optional(Type.String());

export const partySchema = Type.Object({
  partyId: Type.String({ format: 'uuid' }),
  kind: Type.String(),
  name: Type.Object({ full: MaybeText, given: MaybeText, family: MaybeText, legal: MaybeText }),
  contactPoints: Type.Array(
    Type.Object({ kind: Type.String(), value: Type.String(), primary: Type.Optional(Type.Boolean()) }),
  ),
  timeZone: OptionalText,
  locale: OptionalText,
  birthDate: OptionalText,
  partyRef: OptionalText,
  registeredAt: Type.String({ format: 'date-time' }),
  version: Type.Integer(),
});

export type PartyView = Omit<RegisteredParty, 'status' | 'registration'> &
  Pick<Static<typeof partySchema>, 'partyId' | 'version'>;

/** The party as it was at a valid time, and as it was known at another. */
export class PartyAt extends Query<PartyView> {
  constructor(
    readonly partyId: string,
    readonly bounds: TimeBounds,
  ) {
    super();
  }
}

@QueryHandler(PartyAt)
export class PartyAtHandler implements IQueryHandler<PartyAt> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ partyId, bounds }: PartyAt): Promise<PartyView> {
    const { store } = this.context;
    if (await store.log.isBuried(partyId)) throw new KeyErased(partyId);
    const { state, version } = await store.read(partyAggregate, partyId, bounds);
    if (state.status === 'unknown') throw new Rejected('not-found', 'There is no such party', { status: 404 });
    const { kind, name, contactPoints, timeZone, locale, birthDate, partyRef, registeredAt } = state;
    return { partyId, kind, name, contactPoints, timeZone, locale, birthDate, partyRef, registeredAt, version };
  }
}
