/** docs/costs.md: what the operations cost, counted. `npm run docs:costs` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ id: string, title: string, table: string }} Section */

export const PAGE = fileURLToPath(new URL('../../docs/costs.md', import.meta.url));

/**
 * The whole page.
 * @param {readonly Section[]} sections
 */
export function costsPage(sections) {
  const parts = sections.map(({ id, title, table }) => `## ${id}: ${title}\n\n${table}\n`);
  return `# What the operations cost

Counted, not timed: each operation runs alone on a block with all flags set (teardown: on a block that was written once), and
its accesses to entries, invalidations and barriers are added up. \`xchg\` are exchanges, \`cmpxchg\` compare-and-exchanges,
\`locked\` other locked updates; an entry in two halves counts once. The numbers behind the arguments of the threads: the
stash reads the block again with every call, unfolding invalidates in the middle of a teardown, one call for the range does
neither. Made by \`npm run docs:costs\`; do not edit.

${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [{ CATALOGUE }, { costTable, formatCostTable }] = await Promise.all([
    import('@racewalk/cli'),
    import('@racewalk/feature-contpte-teardown'),
  ]);
  const sections = CATALOGUE.archs.map((arch) => ({
    id: arch.id,
    title: arch.title,
    table: formatCostTable(costTable(arch)),
  }));
  writeFileSync(PAGE, costsPage(sections));
}
