// Names the tests that failed in a Jest report, each with the beginning of its message.
import { readFileSync } from 'node:fs';

const LINES = 12;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    return undefined;
  }
}

const beginning = (message) => message.split('\n').slice(0, LINES).join('\n');
const suites = read(process.argv[2]);
const failures = (suites ?? []).flatMap(({ name, message, status, assertionResults }) => {
  const tests = assertionResults
    .filter((test) => test.status === 'failed')
    .map(({ fullName, failureMessages }) => `${fullName}\n${beginning(failureMessages.join('\n'))}`);
  // A suite that could not be run has no tests.
  const found = tests.length === 0 && status === 'failed' ? [beginning(message)] : tests;
  return found.map((text) => `${name}: ${text}`);
});
if (suites === undefined) console.log('there is no report: the run did not come to its end');
else if (failures.length === 0) console.log('no test failed: a threshold was missed, or a process did not end');
for (const failure of failures) console.log(failure);
