import { Rejected } from '@crm/event-sourcing';
import { listPage, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { SETTLED_STATES } from '../treatment/treatment.js';
import { TREATMENTS_NOW } from '../treatment/treatments-now.js';
import type { WaveLoaded } from './wave.events.js';
import { WAVE_STATES, type WaveMemberView, type WaveView, type WaveWithProgress } from './wave.view.js';

const STATUS = `CASE WHEN w.loaded IS NULL THEN 'loading' WHEN w.completed_at IS NOT NULL THEN 'complete'
  WHEN EXISTS (SELECT FROM treatment t WHERE t.wave_id = w.wave_id) THEN 'running' ELSE 'loaded' END`;
const COLUMNS = `w.wave_id, w.campaign_id, w.origin, w.loaded, w.started_at, w.completed_at, ${STATUS} AS status`;

export const WAVE_LIST = {
  fields: {
    waveId: { column: 'w.wave_id', type: 'uuid' },
    status: { column: STATUS, type: 'text', values: WAVE_STATES },
    origin: { column: 'w.origin', type: 'text', values: ['delivered', 'elsewhere'] },
    startedAt: { column: 'w.started_at', type: 'timestamp', sortable: true, nullable: true },
    firstLoadedAt: { column: 'w.first_loaded_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-firstLoadedAt',
  tieBreaker: 'waveId',
} as const satisfies ListSpec;

export const WAVE_MEMBER_LIST = {
  fields: {
    partyId: { column: 'm.party_id', type: 'uuid' },
    arm: { column: 'm.arm', type: 'text' },
    rank: { column: 'm.rank', type: 'integer', sortable: true, nullable: true },
    state: { column: "coalesce(t.state, CASE WHEN m.arm = 'control' THEN 'control' ELSE 'loaded' END)", type: 'text' },
  },
  defaultOrder: 'rank',
  tieBreaker: 'partyId',
} as const satisfies ListSpec;

export class WavesOfCampaign extends Query<ListPage<WaveView>> {
  constructor(
    readonly campaignId: string,
    readonly query: Readonly<Record<string, unknown>>,
  ) {
    super();
  }
}

@QueryHandler(WavesOfCampaign)
export class WavesOfCampaignHandler implements IQueryHandler<WavesOfCampaign> {
  constructor(private readonly pool: Pool) {}

  execute({ campaignId, query }: WavesOfCampaign): Promise<ListPage<WaveView>> {
    const where = { text: 'w.campaign_id = $1', values: [campaignId] };
    return listPage(this.pool, { spec: WAVE_LIST, query, from: 'wave w', select: COLUMNS, where, map: viewOf });
  }
}

export class WaveById extends Query<WaveWithProgress> {
  constructor(readonly waveId: string) {
    super();
  }
}

const BY_ID = `SELECT ${COLUMNS} FROM wave w WHERE w.wave_id = $1`;
const TREATMENTS = `SELECT state, count(*)::int AS count FROM ${TREATMENTS_NOW} t WHERE wave_id = $1 GROUP BY state`;
const TREATED = `SELECT count(*)::int AS count FROM wave_member WHERE wave_id = $1 AND arm <> 'control'`;
const REJECTED =
  'SELECT reason AS state, count(*)::int AS count FROM wave_rejection WHERE wave_id = $1 GROUP BY reason';

interface CountRow {
  readonly state: string;
  readonly count: number;
}

@QueryHandler(WaveById)
export class WaveByIdHandler implements IQueryHandler<WaveById> {
  constructor(private readonly pool: Pool) {}

  async execute({ waveId }: WaveById): Promise<WaveWithProgress> {
    const { rows } = await this.pool.query<Row>(BY_ID, [waveId]);
    const [row] = rows;
    if (row === undefined) throw new Rejected('not-found', 'There is no such wave', { status: 404 });
    const view = viewOf(row);
    const [treatments, rejected, treated] = await Promise.all([
      this.counts(TREATMENTS, waveId),
      this.counts(REJECTED, waveId),
      this.treated(view, waveId),
    ]);
    const done = SETTLED_STATES.reduce((sum, state) => sum + (treatments[state] ?? 0), 0);
    return { ...view, progress: { done, total: treated }, treatments, rejected };
  }

  private async counts(sql: string, waveId: string): Promise<Readonly<Record<string, number>>> {
    const { rows } = await this.pool.query<CountRow>(sql, [waveId]);
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  private async treated({ counts }: WaveView, waveId: string): Promise<number> {
    if (counts !== undefined) return Object.values(counts.arms).reduce((sum, count) => sum + count, 0);
    const { rows } = await this.pool.query<{ count: number }>(TREATED, [waveId]);
    return rows[0]?.count ?? 0;
  }
}

export class WaveMembers extends Query<ListPage<WaveMemberView>> {
  constructor(
    readonly waveId: string,
    readonly query: Readonly<Record<string, unknown>>,
  ) {
    super();
  }
}

const MEMBERS = `wave_member m LEFT JOIN ${TREATMENTS_NOW} t ON t.wave_id = m.wave_id AND t.party_id = m.party_id`;
const MEMBER_COLUMNS = `m.party_id, m.arm, m.rank, ${WAVE_MEMBER_LIST.fields.state.column} AS state, t.treatment_id`;

@QueryHandler(WaveMembers)
export class WaveMembersHandler implements IQueryHandler<WaveMembers> {
  constructor(private readonly pool: Pool) {}

  execute({ waveId, query }: WaveMembers): Promise<ListPage<WaveMemberView>> {
    return listPage(this.pool, {
      spec: WAVE_MEMBER_LIST,
      query,
      from: MEMBERS,
      select: MEMBER_COLUMNS,
      where: { text: 'm.wave_id = $1', values: [waveId] },
      map: (row) => ({
        partyId: row['party_id'] as string,
        arm: row['arm'] as string,
        rank: row['rank'] as number | null,
        state: row['state'] as string,
        treatmentId: row['treatment_id'] as string | null,
      }),
    });
  }
}

function viewOf(row: Row): WaveView {
  const loaded = row['loaded'] as WaveLoaded['data'] | null;
  return {
    waveId: row['wave_id'] as string,
    campaignId: row['campaign_id'] as string,
    origin: row['origin'] as WaveView['origin'],
    status: row['status'] as WaveView['status'],
    startedAt: row['started_at'] as string | null,
    completedAt: row['completed_at'] as string | null,
    ...(loaded === null ? {} : { counts: countsOf(loaded) }),
  };
}

function countsOf({ chunks, accepted, rejected, control, arms }: WaveLoaded['data']): NonNullable<WaveView['counts']> {
  return { chunks, accepted, rejected, control, arms };
}
