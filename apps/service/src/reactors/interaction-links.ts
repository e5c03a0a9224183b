import type { ServiceContext } from '@crm/platform';
import type { ErasureContributor } from '@crm/privacy';

const LINK = 'INSERT INTO app.interaction_party (party_id, interaction_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const LINKED = 'SELECT interaction_id FROM app.interaction_party WHERE party_id = $1';
const UNLINK = 'DELETE FROM app.interaction_party WHERE party_id = $1';

type Parts = Pick<ServiceContext, 'pool' | 'store' | 'keyRing'>;

/** Keeps that an interaction with a key of its own turned out to be of a party. */
export async function linkInteraction({ pool }: Parts, partyId: string, interactionId: string): Promise<void> {
  await pool.query(LINK, [partyId, interactionId]);
}

/** Destroys the own keys of interactions; nothing can be added to them any more. */
export async function forgetInteractions({ store, keyRing }: Parts, interactionIds: readonly string[]): Promise<void> {
  for (const interactionId of interactionIds) await store.log.bury(interactionId);
  await keyRing.destroy(interactionIds);
}

/** With a party its interactions' own keys are destroyed: the numbers in them are the party's too. */
export function linkedInteractions(context: Parts): ErasureContributor {
  return {
    name: 'linked-interactions',
    async erase(tx, subjectId) {
      const { rows } = await tx.query<{ interaction_id: string }>(LINKED, [subjectId]);
      if (rows.length === 0) return 0;
      await forgetInteractions(
        context,
        rows.map((row) => row.interaction_id),
      );
      await tx.query(UNLINK, [subjectId]);
      return rows.length;
    },
  };
}
