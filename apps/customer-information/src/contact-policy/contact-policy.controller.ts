import { EventStore, Rejected } from '@crm/event-sourcing';
import { changed, CommandHeaders, CommandRequest, Describe, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { CodePipe } from '../code-pipe.js';
import { SetContactPolicy, SetContactPolicyBody } from './commands/set-contact-policy.js';
import { contactPolicyAggregate, contactPolicyId, type ContactPolicy } from './contact-policy.js';

const policySchema = Type.Object({
  purpose: Type.String(),
  policyVersion: Type.Integer(),
  version: Type.Integer(),
  default: Type.String(),
  caps: Type.Array(Type.Object({ channel: Type.String(), max: Type.Integer(), windowDays: Type.Integer() })),
  quietHours: Type.Array(Type.Object({ channel: Type.String(), from: Type.String(), to: Type.String() })),
});

interface Reply {
  header(name: string, value: string): unknown;
}

/** A policy with the version that If-Match names. */
type PolicyView = ContactPolicy & { readonly purpose: string; readonly version: number };

@Controller('v1/contact-policies')
export class ContactPolicyController {
  constructor(
    private readonly commands: CommandBus,
    private readonly store: EventStore,
  ) {}

  @Put(':purpose')
  @Scope('policies:write')
  @Describe({ summary: 'Set the contact policy of a purpose' })
  async set(
    @Param('purpose', CodePipe) purpose: string,
    @Body() body: SetContactPolicyBody,
    @CommandHeaders() command: CommandRequest,
  ): Promise<Answer> {
    return changed(await this.commands.execute(new SetContactPolicy(purpose, body, command)), { purpose });
  }

  @Get(':purpose')
  @Scope('policies:read')
  @Describe({ summary: 'The contact policy of a purpose', response: policySchema })
  async get(
    @Param('purpose', CodePipe) purpose: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<PolicyView> {
    const { state, version } = await this.store.read(contactPolicyAggregate, contactPolicyId(purpose));
    if (state.policyVersion === 0) throw new Rejected('not-found', 'The purpose has no policy', { status: 404 });
    reply.header('ETag', `"${String(version)}"`);
    return { purpose, ...state, version };
  }
}
