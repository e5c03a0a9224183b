import type { ContactPoint, ContactPointKind } from '../party/party.events.js';

/** Channels that permission is asked for. */
export const CONTACT_CHANNELS = ['email', 'call', 'sms', 'messenger', 'post', 'recorder'] as const;

const KIND_OF_CHANNEL: Readonly<Record<string, ContactPointKind | undefined>> = {
  email: 'email',
  call: 'phone',
  sms: 'phone',
  messenger: 'messenger',
  post: 'postal',
};

/** Where a party is reached on a channel: the primary contact point, else the first. The recorder reaches nobody and needs none. */
export function contactPointFor(
  channel: string,
  contactPoints: readonly ContactPoint[],
): { readonly needed: boolean; readonly contactPoint?: Pick<ContactPoint, 'kind' | 'value'> } {
  const kind = KIND_OF_CHANNEL[channel];
  if (kind === undefined) return { needed: false };
  const fitting = contactPoints.filter((point) => point.kind === kind);
  const chosen = fitting.find((point) => point.primary === true) ?? fitting[0];
  return {
    needed: true,
    ...(chosen === undefined ? {} : { contactPoint: { kind: chosen.kind, value: chosen.value } }),
  };
}
