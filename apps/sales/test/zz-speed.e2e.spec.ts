import { startTestServices } from '@crm/testing';
import { it } from '@jest/globals';
import { salesService } from '../src/sales-service.js';
it('speed', async () => {
  const sales = await startTestServices([salesService]);
  const N = 60000;
  const mk = (from: number) => Array.from({ length: N }, (_, i) => JSON.stringify({ orderRef: `s-${String(from + i)}`, partyRef: `shop:${String(i % 20000)}`, orderedAt: '1997-03-02T09:15:00Z', total: { amountMinor: 1800 + i, currency: 'USD' } })).join('\n');
  for (const from of [0, 1_000_000]) {
    const body = mk(from); const t = performance.now();
    const r = await sales.send('integration', 'POST', '/v1/orders/import', body, { 'content-type': 'application/x-ndjson' });
    const s = (performance.now() - t) / 1000;
    console.log(JSON.stringify({ ...r.body, readAfter: undefined }), s.toFixed(2), 's', Math.round(N / s), '/s');
  }
  const t = performance.now(); await sales.settled(); console.log('projected', ((performance.now() - t) / 1000).toFixed(2));
  await sales.stop();
}, 120000);
