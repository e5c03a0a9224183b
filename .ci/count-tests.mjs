// Prints "PASSED FAILED" of a Jest report; a run that ended badly counts as a failure even if every test passed.
import { readFileSync } from 'node:fs';

const [, , file, status] = process.argv;

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
  }
}

const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = read();
const failed = numFailedTests + numRuntimeErrorTestSuites;
process.stdout.write(`${numPassedTests} ${failed === 0 && status !== '0' ? 1 : failed}\n`);
