import { newId, type Aggregate, type DomainEvent } from '@crm/event-sourcing';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { EventStore } from '@crm/event-sourcing';
import { IsString, Length } from 'class-validator';
import { Pool } from 'pg';
import { create, created, type Answer } from '../http/answer.js';
import { CommandHeaders, CommandRequest } from '../http/command-request.js';
import { Describe, ReadModels, Scope } from '../http/route.js';
import { sqlMigration } from '../service/migrations.js';
import { defineService } from '../service/service-definition.js';

const HOUR_MS = 3_600_000;
const OCCURRED = 'SELECT occurred_at AS at FROM es.event WHERE stream_id = $1';

type NoteTaken = DomainEvent<'NoteTaken', { readonly title: string }>;
const noteAggregate: Aggregate<{ readonly taken: boolean }, NoteTaken> = {
  category: 'note',
  initial: { taken: false },
  evolve: () => ({ taken: true }),
};

class TakeNoteBody {
  @IsString() @Length(1, 50) readonly title!: string;
}

@Controller('v1/cases')
class NoteController {
  constructor(
    private readonly store: EventStore,
    private readonly pool: Pool,
  ) {}

  @Post()
  @Scope('cases:write')
  @Describe({ summary: 'Take a note' })
  async take(@Body() body: TakeNoteBody, @CommandHeaders() command: CommandRequest): Promise<Answer> {
    const decide = (state: { readonly taken: boolean }): readonly NoteTaken[] =>
      state.taken ? [] : [{ type: 'NoteTaken', data: { title: body.title } }];
    return created(await create(this.store, noteAggregate, command.idFor(), decide, command.options));
  }

  @Get()
  @Scope('cases:read')
  @ReadModels('notes')
  @Describe({ summary: 'All notes' })
  async list(): Promise<unknown> {
    return { items: (await this.pool.query('SELECT title FROM note ORDER BY title')).rows };
  }
}

@Module({ controllers: [NoteController] })
class NoteModule {}

const notes = defineService({
  name: 'service',
  modules: [NoteModule],
  migrations: [sqlMigration(1, 'Notes', 'CREATE TABLE rm.note (note_id uuid PRIMARY KEY, title text NOT NULL)')],
  publish: () => undefined,
  projections: () => [
    {
      name: 'notes',
      sources: [{ service: 'service', types: ['NoteTaken'] }],
      tables: ['note'],
      async apply(tx, events) {
        const titles = events.map((event) => (event.data as NoteTaken['data']).title);
        await tx.query('INSERT INTO note SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING', [
          events.map((event) => event.streamId),
          titles,
        ]);
      },
    },
  ],
  reactors: () => [],
});

describe('a hosted service', () => {
  let services: TestServices;
  beforeAll(async () => {
    services = await startTestServices([notes]);
  });
  afterAll(() => services.stop());

  it('shows a reader what it acknowledged to a writer', async () => {
    const taken = await services.send('agent', 'POST', '/v1/cases', { title: '가나다' });
    expect(taken.status).toBe(201);
    const listed = await services.send('agent', 'GET', '/v1/cases', undefined, {
      'read-after': String(taken.body.readAfter),
    });
    expect(listed.body).toEqual({ items: [{ title: '가나다' }] });
  });

  it('carries out two concurrent retries once and answers them alike', async () => {
    const key = { 'idempotency-key': newId() };
    const answers = await Promise.all(
      [1, 2].map(() => services.send('agent', 'POST', '/v1/cases', { title: 'once' }, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    const other = await services.send('agent', 'POST', '/v1/cases', { title: 'another' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('publishes every position on its feed', async () => {
    const lanes = await services.send('data', 'GET', '/v1/feeds/service/lanes');
    const { lane, head } = (lanes.body.lanes as { lane: number; head: string }[]).find((one) => one.head !== '0') ?? {
      lane: 0,
      head: '0',
    };
    const feed = await services.send('data', 'GET', `/v1/feeds/service?lane=${String(lane)}`);
    const unnamed = await services.send('data', 'GET', '/v1/feeds/service');
    expect([unnamed.status, unnamed.body.errors]).toEqual([400, [expect.objectContaining({ pointer: '/lane' })]]);
    const events = feed.body.events as { position: string; type: string }[];
    expect(events.map((event) => event.position)).toEqual(
      Array.from({ length: Number(head) }, (_, index) => String(index + 1)),
    );
    expect(events[0]?.type).toBe('crm.service.internal.v1');
  });

  it('tells its health and its documents to anybody', async () => {
    await services.settled();
    const ready = await fetch(`${services.url}/health/ready`);
    expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([200, 'up']);
    const openApi = (await (await fetch(`${services.url}/openapi/service.json`)).json()) as { openapi: string };
    expect(openApi.openapi).toBe('3.1.0');
    expect((await fetch(`${services.url}/docs`)).status).toBe(200);
  });

  it('has metrics and health of all services on the management port only', async () => {
    const metrics = await fetch(`${services.managementUrl}/metrics`);
    expect([metrics.status, await metrics.text()]).toEqual([200, expect.stringContaining('consumer_lag_events')]);
    expect((await fetch(`${services.managementUrl}/health/ready`)).status).toBe(200);
    expect((await fetch(`${services.url}/metrics`)).status).toBe(404);
  });

  it('documents what its operator routes answer', async () => {
    const { paths } = (await (await fetch(`${services.url}/openapi/service.json`)).json()) as {
      paths: Record<string, { post: { responses: object } }>;
    };
    for (const [path, member] of [
      ['/v1/projections/service/{name}/rebuild', 'switched'],
      ['/v1/dead-letters/service/replay', 'replayed'],
      ['/v1/dead-letters/service/{id}/discard', 'discarded'],
    ] as const)
      expect(paths[path]?.post.responses).toHaveProperty([
        '200',
        'content',
        'application/json',
        'schema',
        'properties',
        member,
      ]);
  });

  it('rebuilds its read model without a difference', async () => {
    const rebuilt = await services.send('admin', 'POST', '/v1/projections/service/notes/rebuild', {});
    expect(rebuilt.body).toMatchObject({ switched: true, difference: null });
  });

  it('rebuilds a read model once at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => services.send('admin', 'POST', '/v1/projections/service/notes/rebuild', {})),
    );
    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(4);
    expect(refused.length).toBeGreaterThan(0);
    for (const { body } of refused) expect(body).toMatchObject({ code: 'rebuild-running' });
  });

  it('refuses a path that nobody serves', async () => {
    const answer = await services.send('agent', 'GET', '/v1/unheard-of');
    expect(answer.status).toBe(404);
  });
});

describe('a hosted service in a process whose clock is an hour ahead', () => {
  const right = Date.now;
  let services: TestServices;
  beforeAll(async () => {
    jest.spyOn(Date, 'now').mockImplementation(() => right() + HOUR_MS);
    services = await startTestServices([notes]);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await services.stop();
  });

  it('dates what happens by the clock of its database', async () => {
    const taken = await services.send('agent', 'POST', '/v1/cases', { title: 'when?' });
    const { rows } = await services.service('service').context.pool.query<{ at: string }>(OCCURRED, [taken.body.id]);
    expect(Math.abs(Date.parse(String(rows[0]?.at)) - right())).toBeLessThan(HOUR_MS / 2);
  });
});
