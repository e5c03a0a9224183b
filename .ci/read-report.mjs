// Prints "PASSED FAILED" of a Jest report, and on the lines below each test that failed with the beginning of its message.
// A run that ended badly counts as a failure even if every test passed.
import { readFileSync } from 'node:fs';

const LINES = 12;
const [, , file, status] = process.argv;

function read() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const beginning = (message) => message.split('\n').slice(0, LINES).join('\n');

function failuresOf({ testResults }) {
  return testResults.flatMap(({ name, message, status: ended, assertionResults }) => {
    const tests = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}\n${beginning(failureMessages.join('\n'))}`);
    // A suite that could not be run has no tests.
    const found = tests.length === 0 && ended === 'failed' ? [beginning(message)] : tests;
    return found.map((text) => `${name}: ${text}`);
  });
}

const report = read();
const passed = report?.numPassedTests ?? 0;
const failures = report === undefined ? ['there is no report: the run did not come to its end'] : failuresOf(report);
if (failures.length === 0 && status !== '0')
  failures.push('no test failed: a threshold was missed, or a process did not end');
console.log(`${passed} ${failures.length}`);
for (const failure of failures) console.log(failure);
