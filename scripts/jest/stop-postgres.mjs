export default async function stopPostgres() {
  const running = globalThis.crmTestPostgres;
  if (!running) return;
  const { removeEmbeddedPostgres } = await import('@crm/embedded-postgres');
  await running.server.stop();
  await removeEmbeddedPostgres(running.dataDir);
  delete process.env.CRM_TEST_POSTGRES;
}
