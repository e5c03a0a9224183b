import { fieldCodes } from './field-codes.js';
import { allProblems } from './problem-codes.js';

/** The text of `docs/errors.md`: every problem registered in this process, and the codes of fields at fault. */
export function generateErrorsDoc(): string {
  const problems = allProblems().map(
    ({ code, status, title, when }) => `| \`${code}\` | ${String(status)} | ${title} | ${when} |`,
  );
  const fields = Object.entries(fieldCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    '# Errors',
    '',
    'Generated from the register of problem codes. A problem is answered as `application/problem+json` (RFC 9457):',
    '`{ type, title, status, detail, code, errors?: [{ pointer, code, detail }] }`. `code` is stable; `type` is `urn:crm:problem:<code>`;',
    '`pointer` is a JSON pointer into the body, or names a query parameter. Problems never hold a value of the request.',
    '',
    '## Problems',
    '',
    '| code | status | title | when |',
    '|---|---|---|---|',
    ...problems,
    '',
    '## Fields at fault',
    '',
    'In `errors` of a problem, and in the rejects of an import.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...fields,
    '',
  ].join('\n');
}
