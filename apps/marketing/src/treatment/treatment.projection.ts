import type { FeedEvent, Projection } from '@crm/messaging';
import type { TreatmentAssigned, TreatmentEvent } from './treatment.events.js';
import type { TreatmentState } from './treatment.js';

const ASSIGN = `INSERT INTO treatment (treatment_id, campaign_id, wave_id, party_id, arm, channel, purpose, assign_to, offer_code, assigned_at, state, version, waits_until, settled_at, reason)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::int[], $13::timestamptz[], $14::timestamptz[], $15::text[])
  ON CONFLICT DO NOTHING`;
const MOVE = `UPDATE treatment t SET state = m.state, version = m.version, waits_until = m.waits_until, settled_at = m.settled_at, reason = m.reason
  FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::text[]) AS m(treatment_id, state, version, waits_until, settled_at, reason)
  WHERE t.treatment_id = m.treatment_id AND t.version < m.version`;

interface Move {
  readonly state: TreatmentState;
  readonly version: number;
  readonly waitsUntil: string | null;
  readonly settledAt: string | null;
  readonly reason: string | null;
}

/** How does every treatment stand, and why? A batch becomes two statements, however many treatments it moves. */
export const treatmentsProjection: Projection<TreatmentEvent> = {
  name: 'treatments',
  version: 1,
  sources: [
    {
      service: 'marketing',
      types: [
        'TreatmentAssigned',
        'TreatmentPostponed',
        'TreatmentAttempted',
        'TreatmentPresented',
        'TreatmentSkipped',
        'TreatmentUndetermined',
      ],
    },
  ],
  tables: ['treatment'],
  async apply(tx, events) {
    const assigned = new Map<string, TreatmentAssigned['data']>();
    const last = new Map<string, Move>();
    for (const event of events) {
      if (event.type === 'TreatmentAssigned') assigned.set(event.data.treatmentId, event.data);
      last.set(event.data.treatmentId, moveOf(event));
    }
    const isNew = ([id]: readonly [string, Move]): boolean => assigned.has(id);
    const moves = [...last];
    const made = moves.filter(isNew);
    if (made.length > 0) {
      const data = made.flatMap(([id]) => assigned.get(id) ?? []);
      await tx.query(ASSIGN, [...identityColumns(data), ...moveColumns(made)]);
    }
    const moved = moves.filter((move) => !isNew(move));
    if (moved.length > 0) await tx.query(MOVE, [moved.map(([id]) => id), ...moveColumns(moved)]);
  },
};

function identityColumns(data: readonly TreatmentAssigned['data'][]): readonly unknown[] {
  return [
    data.map(({ treatmentId }) => treatmentId),
    data.map(({ campaignId }) => campaignId),
    data.map(({ waveId }) => waveId),
    data.map(({ partyId }) => partyId),
    data.map(({ arm }) => arm),
    data.map(({ channel }) => channel),
    data.map(({ purpose }) => purpose),
    data.map(({ assignTo }) => assignTo ?? null),
    data.map(({ offerCode }) => offerCode),
    data.map(({ at }) => at),
  ];
}

function moveColumns(moves: readonly (readonly [string, Move])[]): readonly unknown[] {
  return [
    moves.map(([, { state }]) => state),
    moves.map(([, { version }]) => version),
    moves.map(([, { waitsUntil }]) => waitsUntil),
    moves.map(([, { settledAt }]) => settledAt),
    moves.map(([, { reason }]) => reason),
  ];
}

function moveOf(event: FeedEvent<TreatmentEvent>): Move {
  const open = { version: event.version, waitsUntil: null, settledAt: null, reason: null };
  switch (event.type) {
    case 'TreatmentAssigned':
      return { ...open, state: 'assigned' };
    case 'TreatmentPostponed':
      return { ...open, state: 'waiting', waitsUntil: event.data.until };
    case 'TreatmentAttempted':
      return { ...open, state: 'attempted' };
    case 'TreatmentPresented':
      return { ...open, state: 'presented', settledAt: event.data.at };
    case 'TreatmentSkipped':
      return { ...open, state: 'skipped', settledAt: event.data.at, reason: event.data.reason };
    case 'TreatmentUndetermined':
      return { ...open, state: 'undetermined', settledAt: event.data.at };
  }
}
