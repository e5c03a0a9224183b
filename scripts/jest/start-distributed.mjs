import startPostgres from './start-postgres.mjs';

/**
 * Specs find their servers in CRM_TEST_POSTGRES, CRM_TEST_KAFKA and CRM_TEST_REDIS. What is not named there lives as
 * long as the run; where it cannot be started the suites are skipped, which distributed-runner.mjs does.
 */
export default async function startDistributed() {
  const { chooseTestServers, startTestBroker, startTestRedis } = await import('@crm/local-stack');
  const { source, words } = await chooseTestServers();
  process.stderr.write(`distributed suites: ${words}\n`);
  process.env.CRM_TEST_SKIP_DISTRIBUTED = source === 'none' ? 'true' : '';
  if (source === 'none') return;
  const [kafka, redis] = await Promise.all([startTestBroker(source), startTestRedis(source)]);
  globalThis.crmTestServers = [kafka, redis];
  process.env.CRM_TEST_KAFKA = kafka.address;
  process.env.CRM_TEST_REDIS = redis.address;
  await startPostgres();
}
