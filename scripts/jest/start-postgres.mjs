import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Specs find their server in CRM_TEST_POSTGRES; without one, an embedded server lives as long as the run. */
export default async function startPostgres() {
  if (process.env.CRM_TEST_POSTGRES) return;
  const { startEmbeddedPostgres } = await import('@crm/embedded-postgres');
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-test-'));
  // Root's server works as another user, who must be able to pass.
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir });
  process.env.CRM_TEST_POSTGRES = server.url('postgres');
  globalThis.crmTestPostgres = { server, dataDir };
}
