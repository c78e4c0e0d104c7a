/** docs/errors.md: every error code. `npm run docs:errors` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readErrorCodes } from './error-tables.mjs';

/** @typedef {import('./error-tables.mjs').ErrorInfo} ErrorInfo */

export const PAGE = fileURLToPath(new URL('../../docs/errors.md', import.meta.url));

/** Who causes errors, in the order of the page. */
const CAUSES = [
  'the user of the command',
  'the author of a race',
  'the author of a plug-in',
  'the protocol under test',
  'the author of the file or the token',
  'the program that calls the explorer',
  'the operator of the queue and its workers',
  'Racewalk itself',
];

/**
 * The codes that the same people cause, as a section.
 *
 * @param {string} who
 * @param {readonly (readonly [string, ErrorInfo])[]} rows
 */
function section(who, rows) {
  const lines = rows.map(([code, { means, todo }]) => `| \`${code}\` | ${means} | ${todo} |`);
  return `## Caused by ${who}\n\n| code | meaning | what to do |\n|---|---|---|\n${lines.join('\n')}\n`;
}

/**
 * The whole page.
 *
 * @param {Readonly<Record<string, ErrorInfo>>} codes
 */
export function errorsPage(codes) {
  const rows = Object.entries(codes);
  const others = rows.filter(([, { who }]) => !CAUSES.includes(who)).map(([, { who }]) => who);
  const causes = [...CAUSES, ...new Set(others)];
  const sections = causes.map((who) =>
    section(
      who,
      rows.filter(([, info]) => info.who === who).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  return `# Error codes

Every error that Racewalk throws is a \`RacewalkError\` of \`@racewalk/core\`: a stable \`code\`, a message, and often what
was \`expected\` and a \`hint\`. The command prints \`error CODE: message\`, and \`hint: …\` in the next line. Codes are
stable between major versions; messages may change at any time. What a race throws while it is explored ends its cell
with the verdict \`error\`, and the report has code, message and advice as the \`reason\`.

Made by \`npm run docs:errors\` from the tables \`src/error-codes.ts\` of the packages that throw them; do not edit.

${sections.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, errorsPage(await readErrorCodes('dist')));
}
