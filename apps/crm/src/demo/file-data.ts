import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { EMAIL_SENT_AT, noonOf, type DataSet, type OrderLine, type WaveLine } from './data-set.js';

const CALIBRATION_DAY = '1997-09-30';
const ARMS = new Map([
  ['Mens E-Mail', 'mens'],
  ['Womens E-Mail', 'womens'],
  ['No E-Mail', 'control'],
]);

/** Reads purchases in the layout of the CDNOW sample: master_id,customer_id,date,cds,dollars. */
export async function ordersOf(file: string): Promise<readonly OrderLine[]> {
  const seen = new Map<string, number>();
  const orders: OrderLine[] = [];
  for await (const { cells, line } of rowsOf(file)) {
    const [customer = '', , day = '', quantity = '', dollars = ''] = cells;
    if (!/^\d{8}$/.test(day) || customer === '' || !/^\d+(\.\d+)?$/.test(dollars))
      throw new Error(`${file} line ${String(line)}: expected master_id,customer_id,YYYYMMDD,quantity,dollars`);
    const cents = Math.round(Number(dollars) * 100);
    const same = `${customer}/${day}/${quantity}/${String(cents)}`;
    const number = (seen.get(same) ?? 0) + 1;
    seen.set(same, number);
    orders.push({
      orderRef: `cdnow:${same}/${String(number)}`,
      partyRef: `cdnow:${customer}`,
      orderedAt: noonOf(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`),
      total: { amountMinor: cents, currency: 'USD' },
    });
  }
  return orders;
}

/** Reads a randomised e-mail test in the layout of Hillstrom's: …,segment,visit,conversion,spend. */
export async function* waveOf(file: string): AsyncGenerator<WaveLine> {
  let row = 0;
  for await (const { cells, line } of rowsOf(file)) {
    row += 1;
    const [segment = '', visit, conversion, spend = ''] = cells.slice(-4);
    const arm = ARMS.get(segment);
    if (arm === undefined)
      throw new Error(`${file} line ${String(line)}: segment is one of ${[...ARMS.keys()].join(', ')}`);
    const responses = [
      ...(visit === '1' ? [{ kind: 'visit' as const }] : []),
      ...(conversion === '1' ? [{ kind: 'order' as const, amountMinor: Math.round(Number(spend) * 100) }] : []),
    ];
    yield {
      partyRef: `hillstrom:${String(row)}`,
      arm,
      presentedAt: EMAIL_SENT_AT,
      ...(responses.length === 0 ? {} : { responses }),
    };
  }
}

/** The demo on real files. */
export async function fileData(ordersFile: string, waveFile: string): Promise<DataSet> {
  const orders = await ordersOf(ordersFile);
  const day = (order: OrderLine): string => order.orderedAt.slice(0, 10);
  let waveMembers = 0;
  for await (const { line } of rowsOf(waveFile)) waveMembers = line - 1;
  const after = orders.filter((order) => day(order) > CALIBRATION_DAY);
  return {
    title: `purchases of ${ordersFile}, e-mail test of ${waveFile}`,
    customers: [...new Set(orders.map((order) => order.partyRef))].sort(),
    before: orders.filter((order) => day(order) <= CALIBRATION_DAY),
    after: () => ({ orders: after }),
    wave: () => waveOf(waveFile),
    waveMembers,
  };
}

async function* rowsOf(file: string): AsyncGenerator<{ readonly cells: readonly string[]; readonly line: number }> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    line += 1;
    if (line > 1 && text !== '') yield { cells: text.split(','), line };
  }
}
