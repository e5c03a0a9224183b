import TestRunner from 'jest-runner';

/** Runs one suite after the other, since they share a broker; or none, where there is no broker. */
export default class DistributedRunner extends TestRunner {
  constructor(globalConfig, context, options) {
    super({ ...globalConfig, maxWorkers: 1 }, context, options);
  }

  async runTests(tests, watcher, options) {
    if (process.env.CRM_TEST_SKIP_DISTRIBUTED === 'true') return;
    await super.runTests(tests, watcher, options);
  }
}
