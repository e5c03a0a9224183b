// The health check of the image: does the process answer on its management port? Lies beside main.js.
import { readFileSync } from 'node:fs';
import { MANAGEMENT_OFFSET, PORTS } from './node_modules/@crm/platform/dist/deploy/ports.js';

const { name } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const usual = PORTS[name.replace(/^crm-/, '')];
// The command line has no management port: while it runs it is well.
if (usual !== undefined) {
  const port = process.env.CRM_MANAGEMENT_PORT || usual + MANAGEMENT_OFFSET;
  const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
  process.exit(answer?.ok ? 0 : 1);
}
