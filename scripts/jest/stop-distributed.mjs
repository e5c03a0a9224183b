import stopPostgres from './stop-postgres.mjs';

export default async function stopDistributed() {
  const running = globalThis.crmTestServers ?? [];
  delete globalThis.crmTestServers;
  await Promise.all(running.map((server) => server.stop()));
  await stopPostgres();
}
