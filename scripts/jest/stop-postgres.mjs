export default async function stopPostgres() {
  const running = globalThis.crmTestPostgres;
  if (!running) return;
  // Two projects that need it share it.
  delete globalThis.crmTestPostgres;
  const { removeEmbeddedPostgres } = await import('@crm/embedded-postgres');
  await running.server.stop();
  await removeEmbeddedPostgres(running.dataDir);
  delete process.env.CRM_TEST_POSTGRES;
}
