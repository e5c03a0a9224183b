// Removes the data folder of a run, with the data that a closed folder keeps elsewhere.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (existsSync(join(folder, 'postgres.password'))) {
  const { removeEmbeddedPostgres } = await import('@crm/embedded-postgres');
  await removeEmbeddedPostgres(folder);
}
