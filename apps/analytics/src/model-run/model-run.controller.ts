import { isId, Rejected } from '@crm/event-sourcing';
import { accepted, CommandHeaders, CommandRequest, Describe, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Get, Header, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { RequestModelRun, RequestModelRunBody } from './commands/request-model-run.js';
import { ModelList, ModelRunById, PlotOfRun, type ModelRunView, type ModelView } from './model-run.query.js';

const values = Type.Record(Type.String(), Type.Unknown());
const runSchema = Type.Object({
  runId: Type.String({ format: 'uuid' }),
  model: Type.String(),
  asOf: Type.String({ format: 'date-time' }),
  status: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  progress: Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  parameters: values,
  modelVersion: Type.Optional(Type.String()),
  fit: Type.Optional(values),
  customers: Type.Optional(Type.Integer()),
  changed: Type.Optional(Type.Integer()),
  report: Type.Optional(values),
  warnings: Type.Optional(Type.Array(Type.Object({ code: Type.String(), message: Type.String() }))),
  plots: Type.Optional(Type.Array(Type.Object({ name: Type.String(), href: Type.String() }))),
  problem: Type.Optional(Type.Unknown()),
});
const latestRun = Type.Object({ runId: Type.String(), asOf: Type.String(), customers: Type.Integer() });
const modelsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      model: Type.String(),
      modelVersion: Type.String(),
      values,
      latestRun: Type.Union([latestRun, Type.Null()]),
    }),
  ),
  next: Type.Null(),
});

@Controller('v1/models')
export class ModelRunController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Scope('models:read')
  @Describe({ summary: 'The models that score customers', response: modelsSchema })
  async list(): Promise<{ readonly items: readonly ModelView[]; readonly next: null }> {
    return { items: await this.queries.execute(new ModelList()), next: null };
  }

  @Post(':model/runs')
  @Scope('models:run')
  @Describe({ summary: 'Score every customer with a model', status: 202 })
  async request(
    @Param('model') model: string,
    @Body() body: RequestModelRunBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    const runId = request.idFor(body.runId);
    const committed = await this.commands.execute(new RequestModelRun(runId, model, body, request));
    return accepted(committed, `/v1/models/${model}/runs/${runId}`);
  }

  @Get(':model/runs/:runId')
  @Scope('models:read')
  @Describe({ summary: 'A run of a model', response: runSchema })
  async get(@Param('model') model: string, @Param('runId') runId: string): Promise<ModelRunView> {
    const run = isId(runId) ? await this.queries.execute(new ModelRunById(model, runId)) : undefined;
    if (run === undefined) throw new Rejected('not-found', 'There is no such run of this model', { status: 404 });
    return run;
  }

  @Get(':model/runs/:runId/plots/:name')
  @Scope('models:read')
  @Header('content-type', 'image/svg+xml')
  @Describe({ summary: 'A plot of a run of a model, as SVG', response: Type.String() })
  async plot(
    @Param('model') model: string,
    @Param('runId') runId: string,
    @Param('name') name: string,
  ): Promise<string> {
    const svg = isId(runId) ? await this.queries.execute(new PlotOfRun(model, runId, name)) : undefined;
    if (svg === undefined) throw new Rejected('not-found', 'The run has no such plot', { status: 404 });
    return svg;
  }
}
