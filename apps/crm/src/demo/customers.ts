import { deriveId } from '@crm/event-sourcing';
import type { Progress } from '../output.js';
import type { OrderLine } from './data-set.js';
import type { ImportAnswer, Steps } from './steps.js';

const BATCH = 500;
const REGISTERED_AT = '1996-12-31T00:00:00Z';

interface BatchAnswer {
  readonly outcomes: readonly {
    readonly index: number;
    readonly status: string;
    readonly id?: string;
    readonly problem?: { readonly code: string };
  }[];
}

/** Registers customers with their consent and answers their party ids by reference. */
export async function registerCustomers(
  steps: Steps,
  references: readonly string[],
  progress: Progress,
): Promise<ReadonlyMap<string, string>> {
  const parties = new Map<string, string>();
  for (let start = 0; start < references.length; start += BATCH) {
    const chunk = references.slice(start, start + BATCH);
    const { outcomes } = await steps.client.post<BatchAnswer>(
      '/v1/parties/batch',
      { items: chunk.map(customer) },
      `demo parties ${String(start)}`,
    );
    for (const { index, id, status, problem } of outcomes) {
      const reference = chunk[index];
      if (id === undefined || reference === undefined)
        throw new Error(`a customer was ${status}: ${problem?.code ?? 'no id'}`);
      parties.set(reference, id);
    }
    steps.acknowledge(
      'customer-information',
      outcomes.map(({ id }) => id ?? ''),
    );
    progress.update(Math.min(start + BATCH, references.length), references.length);
  }
  return parties;
}

function customer(partyRef: string): unknown {
  const number = partyRef.split(':')[1] ?? '';
  return {
    partyRef,
    kind: 'person',
    name: { full: `Customer ${number}` },
    contactPoints: [{ kind: 'email', value: `customer-${number}@example.org`, primary: true }],
    timeZone: 'America/New_York',
    consents: [{ purpose: 'marketing', channel: 'any', state: 'granted', occurredAt: REGISTERED_AT }],
  };
}

/** Imports orders as a stream; those that are there already count as duplicates. */
export async function importOrders(
  steps: Steps,
  orders: readonly OrderLine[],
  progress: Progress,
): Promise<ImportAnswer> {
  const lines = function* (): Generator<string> {
    for (let start = 0; start < orders.length; start += BATCH) {
      yield orders
        .slice(start, start + BATCH)
        .map((order) => `${JSON.stringify(order)}\n`)
        .join('');
      progress.update(Math.min(start + BATCH, orders.length), orders.length);
    }
  };
  const answer = await steps.client.import<ImportAnswer>('/v1/orders/import', lines);
  if (answer.rejected + answer.conflicts > 0)
    throw new Error(
      `${String(answer.rejected)} orders were rejected, ${String(answer.conflicts)} are in conflict: import ${answer.importId}`,
    );
  steps.acknowledge(
    'sales',
    orders.map((order) => deriveId('order', order.orderRef)),
  );
  return answer;
}

export const importSummary = ({ read, accepted, duplicates }: ImportAnswer): string =>
  `${String(read)} read, ${String(accepted)} new, ${String(duplicates)} known before`;
