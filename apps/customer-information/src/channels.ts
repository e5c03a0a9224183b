import { Rejected } from '@crm/event-sourcing';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { CONTACT_CHANNELS } from './contact-permission/contact-points.js';
import { ANY } from './contact-ledger/consents.js';

/** Channels that consents and policies can be about; no question would ever be answered by another. */
export const RULED_CHANNELS = [...CONTACT_CHANNELS, ANY] as const;

/** A channel, or any, in the path of a consent. */
@Injectable()
export class ChannelPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (RULED_CHANNELS.some((channel) => channel === text)) return text;
    const errors = [{ pointer: '/channel', code: 'not-allowed', detail: `One of ${RULED_CHANNELS.join(', ')}` }];
    throw new Rejected('validation-failed', 'The path is not valid', { status: 400, errors });
  }
}
