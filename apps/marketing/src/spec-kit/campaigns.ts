import { deriveId } from '@crm/event-sourcing';

export const partyId = (number: number): string => deriveId('spec-party', String(number));

/** A plan over HTTP; a spec names what it is about. */
export const aPlan = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  name: 'Come back',
  objective: 'reactivate',
  purpose: 'marketing',
  channel: 'recorder',
  offer: { code: 'COME-BACK', text: 'Ten per cent off' },
  period: { from: '1997-09-30T00:00:00Z', to: '1998-07-31T00:00:00Z' },
  budget: { amountMinor: 100_000, currency: 'USD' },
  costPerContact: { amountMinor: 50, currency: 'USD' },
  control: { fraction: 0.2 },
  response: { windowDays: 273, conversion: 'order' },
  ...changes,
});

export const AS_OF = '1997-09-30T23:59:59.999Z';

/** The events of a list of so many members, in chunks. */
export function aDelivery({
  campaignId,
  loopId,
  members,
  asOf = AS_OF,
  size = 500,
}: {
  readonly campaignId: string;
  readonly loopId: string;
  readonly members: readonly string[];
  readonly asOf?: string;
  readonly size?: number;
}): readonly { readonly type: string; readonly data: Record<string, unknown> }[] {
  const list = { targetListId: loopId, loopId, campaignId, asOf };
  const chunks = Array.from({ length: Math.ceil(members.length / size) }, (_, chunk) => ({
    type: 'crm.analytics.target-list-chunk-delivered.v1',
    data: {
      ...list,
      chunk,
      members: members.slice(chunk * size, (chunk + 1) * size).map((member, index) => ({
        partyId: member,
        rank: chunk * size + index + 1,
        evidence: { values: { 'bg-nbd.pAlive': 0.4 }, runIds: [loopId] },
      })),
    },
  }));
  return [
    ...chunks,
    {
      type: 'crm.analytics.target-list-delivered.v1',
      data: { ...list, chunks: chunks.length, members: members.length },
    },
  ];
}
