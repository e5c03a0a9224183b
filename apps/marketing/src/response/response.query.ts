import { listPage, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Vault } from '@crm/privacy';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { RESPONSE_CLASSES, RESPONSE_KINDS, RESPONSE_PROBLEMS } from './response-kinds.js';
import type { ResponseView } from './response.view.js';

export const RESPONSE_LIST = {
  fields: {
    responseId: { column: 'response_id', type: 'uuid' },
    partyId: { column: 'party_id', type: 'uuid' },
    kind: { column: 'kind', type: 'text', values: RESPONSE_KINDS },
    at: { column: 'at', type: 'timestamp', sortable: true },
    source: { column: 'source', type: 'text', nullable: true },
    responseRef: { column: 'response_ref', type: 'text', nullable: true },
    sourceCode: { column: 'source_code', type: 'text', nullable: true },
    matched: { column: 'coalesce(matched, false)', type: 'boolean' },
    rule: { column: 'rule', type: 'text', nullable: true },
    campaignId: { column: 'campaign_id', type: 'uuid', nullable: true },
    waveId: { column: 'wave_id', type: 'uuid', nullable: true },
    treatmentId: { column: 'treatment_id', type: 'uuid', nullable: true },
    arm: { column: 'arm', type: 'text', nullable: true },
    class: { column: 'class', type: 'text', nullable: true, values: RESPONSE_CLASSES },
    problem: { column: 'problem', type: 'text', nullable: true, values: RESPONSE_PROBLEMS },
  },
  defaultOrder: '-at',
  tieBreaker: 'responseId',
} as const satisfies ListSpec;

const COLUMNS = `response_id, response_ref, party_id, kind, at, source, source_code, channel, amount, note, coalesce(matched, false) AS matched,
  rule, campaign_id, wave_id, treatment_id, arm, class, revenue, problem`;

export class ResponsePage extends Query<ListPage<ResponseView>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(ResponsePage)
export class ResponsePageHandler implements IQueryHandler<ResponsePage> {
  constructor(
    private readonly pool: Pool,
    private readonly vault: Vault,
  ) {}

  execute({ query }: ResponsePage): Promise<ListPage<ResponseView>> {
    return listPage(this.pool, {
      spec: RESPONSE_LIST,
      query,
      from: 'response',
      select: COLUMNS,
      map: async (row) => viewOf(row, await this.opened(row['note'] as string | null)),
    });
  }

  private async opened(note: string | null): Promise<string | null> {
    return note === null ? null : ((await this.vault.openValue(note)) as string | null);
  }
}

function viewOf(row: Row, note: string | null): ResponseView {
  return {
    responseId: row['response_id'] as string,
    responseRef: row['response_ref'] as string | null,
    partyId: row['party_id'] as string,
    kind: row['kind'] as ResponseView['kind'],
    at: row['at'] as string,
    source: row['source'] as string | null,
    sourceCode: row['source_code'] as string | null,
    channel: row['channel'] as string | null,
    amount: row['amount'] as ResponseView['amount'],
    note,
    matched: row['matched'] as boolean,
    rule: row['rule'] as string | null,
    campaignId: row['campaign_id'] as string | null,
    waveId: row['wave_id'] as string | null,
    treatmentId: row['treatment_id'] as string | null,
    arm: row['arm'] as string | null,
    class: row['class'] as ResponseView['class'],
    revenue: row['revenue'] as ResponseView['revenue'],
    problem: row['problem'] as ResponseView['problem'],
  };
}
