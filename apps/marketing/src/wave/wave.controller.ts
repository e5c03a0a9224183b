import {
  Answer,
  Describe,
  formatReadAfter,
  Imports,
  mergeReadAfter,
  parseReadAfter,
  ReadAfterTokens,
  ReadModels,
  Scope,
  ServiceContext,
  Upload,
  type ImportPage,
  type ImportResult,
  type ImportUpload,
  type ListPage,
  type LogPlace,
} from '@crm/platform';
import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { knownId } from '../known-id.js';
import { WaveImport, waveRefIn } from './wave-import.js';
import { waveItems } from './wave-item.js';
import { WAVE_LIST, WAVE_MEMBER_LIST, WaveById, WaveMembers, WavesOfCampaign } from './wave.query.js';
import {
  waveMemberSchema,
  waveSchema,
  waveWithProgressSchema,
  type WaveMemberView,
  type WaveView,
  type WaveWithProgress,
} from './wave.view.js';

const NOUN = 'waves';

@Controller('v1')
export class WaveController {
  constructor(
    private readonly queries: QueryBus,
    private readonly context: ServiceContext,
    private readonly imports: Imports,
    private readonly tokens: ReadAfterTokens,
  ) {}

  @Get('campaigns/:id/waves')
  @Scope('waves:read')
  @ReadModels('waves', 'treatments')
  @Describe({ summary: 'Waves of a campaign', list: WAVE_LIST, response: waveSchema })
  list(@Param('id') id: string, @Query() query: Record<string, unknown>): Promise<ListPage<WaveView>> {
    return this.queries.execute(new WavesOfCampaign(knownId(id), query));
  }

  @Post('campaigns/:id/waves/import')
  @Scope('waves:write')
  @Describe({
    summary: 'Import a wave that was drawn and carried out elsewhere, as NDJSON or CSV',
    items: waveItems.schema,
    kind: 'import',
    query: { waveRef: 'name of the wave in the system that carried it out' },
  })
  async import(
    @Param('id') id: string,
    @Query('waveRef') waveRef: unknown,
    @Upload() upload: ImportUpload,
  ): Promise<ImportResult> {
    const wave = await WaveImport.begin(this.context, { campaignId: knownId(id), waveRef: waveRefIn(waveRef) });
    const result = await this.imports.run(upload, {
      noun: NOUN,
      items: waveItems,
      handle: (items) => wave.store(items),
    });
    const loaded = await wave.finish();
    const readAfter = await this.after(result.body['readAfter'], loaded);
    return new Answer(result.status, { ...result.body, waveId: wave.waveId, readAfter }, []);
  }

  @Get('waves/imports/:importId')
  @Scope('waves:write')
  @Describe({ summary: 'An import of a wave and its rejects', kind: 'import-status' })
  importStatus(@Param('importId') importId: string, @Query() query: Record<string, unknown>): Promise<ImportPage> {
    return this.imports.page(NOUN, importId, query);
  }

  @Get('waves/:id')
  @Scope('waves:read')
  @ReadModels('waves', 'treatments')
  @Describe({ summary: 'A wave, its state and its progress', response: waveWithProgressSchema })
  get(@Param('id') id: string): Promise<WaveWithProgress> {
    return this.queries.execute(new WaveById(knownId(id)));
  }

  @Get('waves/:id/members')
  @Scope('waves:read')
  @ReadModels('waves', 'treatments')
  @Describe({
    summary: 'Members of a wave, control group included',
    list: WAVE_MEMBER_LIST,
    response: waveMemberSchema,
  })
  members(@Param('id') id: string, @Query() query: Record<string, unknown>): Promise<ListPage<WaveMemberView>> {
    return this.queries.execute(new WaveMembers(knownId(id), query));
  }

  /** The end of the wave comes after everything that the import stored. */
  private async after(imported: unknown, loaded: LogPlace | undefined): Promise<string> {
    const known = typeof imported === 'string' && imported !== '' ? parseReadAfter(imported) : [];
    const end = loaded === undefined ? [] : parseReadAfter(await this.tokens.of([loaded]));
    return formatReadAfter(mergeReadAfter(known, end));
  }
}
