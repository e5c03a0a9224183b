import { Describe, Public, RateLimits, ServiceContext } from '@crm/platform';
import { Controller, Get, Header, Ip, Param, Post, Res } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { treatmentMarks } from '../mail/mail-settings.js';
import { recordMailResponse } from '../response/mail-response.js';
import { askPage, donePage, unknownPage } from './pages.js';

const page = Type.String({ description: 'A page (text/html)' });
/** Per minute: of one link, and of addresses that try links which are none of ours. */
const ONE_LINK = 60;
const WRONG_LINKS = 600;

interface StatusReply {
  status(code: number): unknown;
}

/** Where the unsubscribe links of messages lead. A link says nothing about a person, and nobody can make one up. */
@Controller('v1/unsubscriptions')
export class UnsubscriptionController {
  private readonly marks = treatmentMarks(this.context.settings);
  private readonly ofLink = new RateLimits(ONE_LINK, ONE_LINK, this.context.clock);
  private readonly ofAddress = new RateLimits(WRONG_LINKS, WRONG_LINKS, this.context.clock);

  constructor(private readonly context: ServiceContext) {}

  /** Changes nothing: scanners of mail follow every link. */
  @Get(':mark')
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @Header('X-Robots-Tag', 'noindex')
  @Describe({ summary: 'Ask whether to unsubscribe', response: page })
  ask(@Param('mark') mark: string, @Ip() address: string, @Res({ passthrough: true }) reply: StatusReply): string {
    return this.treatmentOf(mark, address) === undefined ? unknown(reply) : askPage;
  }

  /** The button of the page, and the one-click POST of mailbox providers (RFC 8058); may be repeated. */
  @Post(':mark')
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @Describe({ summary: 'Unsubscribe: no more of this purpose over this channel', response: page, status: 200 })
  async unsubscribe(
    @Param('mark') mark: string,
    @Ip() address: string,
    @Res({ passthrough: true }) reply: StatusReply,
  ): Promise<string> {
    const treatmentId = this.treatmentOf(mark, address);
    if (treatmentId === undefined) return unknown(reply);
    this.ofLink.count(treatmentId);
    const at = new Date(this.context.clock()).toISOString();
    await recordMailResponse(this.context, treatmentId, 'unsubscribed', at);
    return donePage;
  }

  private treatmentOf(mark: string, address: string): string | undefined {
    const treatmentId = this.marks?.treatmentOf('unsubscribe', mark);
    if (treatmentId === undefined) this.ofAddress.count(address);
    return treatmentId;
  }
}

function unknown(reply: StatusReply): string {
  reply.status(404);
  return unknownPage;
}
