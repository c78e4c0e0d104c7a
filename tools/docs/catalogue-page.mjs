/**
 * docs/catalogue.md: historical races and public reports, each with its verdicts. `npm run docs:catalogue` rewrites it (after a
 * build). The verdicts and executions are those that the matrix test pins (apps/cli/test/golden).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('@racewalk/catalogue').Entry} Entry */
/** @typedef {Map<string, string>} Pinned by test, variant and architecture */

export const PAGE = fileURLToPath(new URL('../../docs/catalogue.md', import.meta.url));
const GOLDEN = new URL('../../apps/cli/test/golden/', import.meta.url);

/** @param {string} file @returns {Pinned} */
export function pinned(file) {
  const lines = readFileSync(new URL(file, GOLDEN), 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const cut = line.lastIndexOf(' ');
      return [line.slice(0, cut), line.slice(cut + 1)];
    }),
  );
}

/**
 * What the broken variants of the nearest race come to on an architecture: the most that any of them does.
 *
 * @param {Entry} entry
 * @param {string} arch
 * @param {Pinned} verdicts
 */
export function verdictOf(entry, arch, verdicts) {
  const found = entry.decidedBy
    .slice(0, 1)
    .flatMap(({ test, broken }) =>
      broken.map((name) => verdicts.get(`${test} mutant:${name} ${arch}`) ?? 'missing'),
    );
  if (found.length === 0) return '·';
  if (found.some((v) => v.startsWith('violates'))) return '✗';
  return found.every((v) => v === 'not-applicable') ? '–' : '✓';
}

/** @param {Entry} entry @param {readonly string[]} archs @param {Pinned} executions */
function executionsOf(entry, archs, executions) {
  const tests = new Set(entry.decidedBy.map(({ test }) => test));
  let sum = 0;
  for (const test of tests)
    for (const arch of archs) sum += Number(executions.get(`${test} upstream ${arch}`) ?? 0);
  return sum;
}

const PARTS = /** @type {const} */ ([
  ['A', 'Entry primitives, accessed and dirty bits'],
  ['B', 'Deferred flushes and the accounts of dirty'],
  ['C', 'Tables that move, are shared or freed'],
  ['D', 'Switches of address spaces, tags and barriers'],
  ['E', 'GUP, copy on write and the reverse map'],
  ['F', 'Devices and hypervisors'],
  ['G', 'Shapes beyond the lists'],
  ['H', 'Further historical races'],
  ['I', 'Historical races, a third list'],
  ['r', 'Public bug reports'],
]);

/** @param {Entry} entry */
function details(entry) {
  const { id, name, title, source, grade, breaks, where, decidedBy, found, open } = entry;
  const lines = [
    `**${id} \`${name}\`** ${title}. ${source} (${grade}); breaks ${breaks.join(', ')}. Where: ${where}.`,
  ];
  for (const { test, broken, but } of decidedBy) {
    const rest = but === undefined ? '' : `; not asked: ${but}`;
    lines.push(`- \`${test}\`: ${broken.map((b) => `\`${b}\``).join(', ')}${rest}`);
  }
  if (found !== undefined) lines.push(`- the machine: ${found}`);
  if (open !== undefined)
    lines.push(
      `- ${open.lacks === 'machine' ? 'not expressible: needs' : 'not written: needs'} ${open.needs}`,
    );
  return lines.join('\n');
}

/** @param {readonly Entry[]} entries @returns {string} */
const ids = (entries) => entries.map(({ id }) => id).join(', ') || 'none';

/**
 * How many there are of each kind, in words.
 *
 * @param {string} what
 * @param {readonly Entry[]} entries
 */
function counts(what, entries) {
  const decided = entries.filter((e) => e.decidedBy.length > 0);
  const open = entries.filter((e) => e.decidedBy.length === 0);
  const lacks = (/** @type {string} */ kind) => open.filter((e) => e.open?.lacks === kind);
  return [
    `- ${what}: ${decided.length} of ${entries.length} decided by races.`,
    `- not expressible on this machine: ${lacks('machine').length} (${ids(lacks('machine'))}).`,
    `- expressible, not written: ${lacks('scenario').length} (${ids(lacks('scenario'))}).`,
  ].join('\n');
}

/**
 * @param {readonly Entry[]} entries
 * @param {readonly string[]} archs
 * @param {Pinned} verdicts
 * @param {Pinned} executions
 */
export function cataloguePage(entries, archs, verdicts, executions) {
  const widest = Math.max(...entries.map(({ id, name }) => id.length + name.length + 1));
  const sections = PARTS.map(([part, title]) => {
    const mine = entries.filter(({ id }) => id.startsWith(part));
    const rows = mine.map((entry) => {
      const marks = archs.map((arch) => verdictOf(entry, arch, verdicts)).join(' ');
      const runs = entry.decidedBy.length === 0 ? '' : String(executionsOf(entry, archs, executions));
      return `${`${entry.id} ${entry.name}`.padEnd(widest)}  ${marks}  ${runs.padStart(7)}`.trimEnd();
    });
    return [`## ${title}`, ['```', ...rows, '```'].join('\n'), mine.map(details).join('\n\n')].join('\n\n');
  });
  const historical = entries.filter(({ id }) => /^[A-F]/.test(id));
  const further = entries.filter(({ id }) => /^[HI]/.test(id));
  const reports = entries.filter(({ id }) => id.startsWith('r'));
  return `# The catalogue: historical races, and what the machine says of them

Each race that history, or a public report, has is an entry: what it was, which race of this repository decides it, and the
verdict on each architecture. A race that decides an entry holds as it stands and breaks with the bug put back, which is one
variant of the same scenario. \`racewalk explain A4 --arch arm64-contpte\` shows the counterexample. Nothing that is not decided
counts as decided: it says what is missing. Made by \`npm run docs:catalogue\`; do not edit.

${counts('historical races', historical)}

${counts('further historical races', further)}

${counts('public reports', reports)}

Grades: T the text of the commit, advisory or mail was read; H identifier and title were checked; M from general knowledge;
S from the threads of the seeds.

Columns, in this order: ${archs.map((a) => `\`${a}\``).join(', ')}. \`✗\` the bug breaks it; \`✓\` the bug does no harm there; \`–\` does
not apply; \`·\` not decided. The mark is that of the race named first. The number is executions of the repaired races, on all architectures.

${sections.join('\n\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ENTRIES } = await import('@racewalk/catalogue');
  const { CATALOGUE } = await import('@racewalk/cli');
  const archs = CATALOGUE.archs.map(({ id }) => id);
  writeFileSync(PAGE, cataloguePage(ENTRIES, archs, pinned('verdicts.txt'), pinned('executions.txt')));
}
