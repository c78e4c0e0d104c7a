/** docs/contract.md, made from the contract table of core. `node tools/docs/contract-page.mjs` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {{ id: string, capabilities: readonly string[], overrides: readonly string[] }} Answers */

export const PAGE = fileURLToPath(new URL('../../docs/contract.md', import.meta.url));

const TITLES = {
  PTE: 'Values of a page-table entry',
  PMD: 'Leaves one level up',
  PUD: 'Leaves two levels up',
  HugeTLB: 'Entries of hugetlb pages',
  swap: 'Entries that map nothing',
  entry: 'Operations on one entry in memory',
  batch: 'Operations on several entries',
};

const LAW = {
  generic: 'equals the generic body where no one races',
  value: 'checked on arbitrary entries',
};

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|');

/**
 * What the plug-ins answer to a row: which it says nothing about, and which bring a body of their own.
 * @param {import('@racewalk/core').ContractRow} row
 * @param {readonly Answers[]} archs
 */
function answers(row, archs) {
  const silent = archs.filter((a) => (row.needs ?? []).some((need) => !a.capabilities.includes(need)));
  const own = archs.filter((a) => a.overrides.includes(row.op));
  const parts = [];
  if (silent.length === archs.length) parts.push('– none has it');
  else if (silent.length > 0) parts.push(`✓; – ${silent.map((a) => a.id).join(', ')}`);
  else parts.push('✓ all');
  if (own.length > 0) parts.push(`own body: ${own.map((a) => a.id).join(', ')}`);
  return parts.join('; ');
}

/**
 * Markdown of one table of the contract.
 * @param {readonly import('@racewalk/core').ContractRow[]} rows
 * @param {readonly Answers[]} archs
 */
function table(rows, archs) {
  const lines = rows.map(
    (r) =>
      `| \`${r.kernel}\` | \`${r.op}\` | ${cell(r.says)} | ${cell(r.context)} | ${r.law === 'generic' ? LAW.generic : LAW.value} | ${(r.needs ?? []).map((c) => `\`${c}\``).join(', ')} | ${answers(r, archs)} |`,
  );
  return [
    '| kernel | here | promises | context | law | needs | plug-ins |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/**
 * What each plug-in brings itself.
 * @param {typeof import('@racewalk/core')} core
 * @param {readonly import('@racewalk/core').ArchPlugin[]} archs
 * @returns {Answers[]}
 */
export function answersOf({ entriesOf, Machine, overriddenOps, World }, archs) {
  return archs.map((arch) => {
    const world = new World(arch, {}, [], []);
    const { id, capabilities } = arch;
    return { id, capabilities, overrides: overriddenOps(new Machine(world, 0, entriesOf(world)).pte) };
  });
}

/**
 * The whole page.
 * @param {readonly import('@racewalk/core').ContractRow[]} rows
 * @param {Readonly<Record<string, string>>} capabilities
 * @param {readonly Answers[]} archs
 */
export function contractPage(rows, capabilities, archs) {
  const sections = Object.entries(TITLES).map(([level, title]) => {
    const own = rows.filter((r) => r.level === level);
    return `## ${title}\n\n${table(own, archs)}`;
  });
  const meanings = Object.entries(capabilities).map(([name, means]) => `| \`${name}\` | ${cell(means)} |`);
  const index = [...rows]
    .sort((a, b) => a.kernel.localeCompare(b.kernel, 'en'))
    .map((r) => `\`${r.kernel}\` → \`${r.op}\``);
  return `# The contract

What every operation promises, and the law that checks it on every plug-in (\`conformance\`, under fast-check). Made from
\`CONTRACT\` in \`@racewalk/core\` by \`npm run docs:contract\`; do not edit. The rows follow the kernel's table of
architecture page-table helpers (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12) and the batched helpers of
include/linux/pgtable.h.

${sections.join('\n\n')}

## Capabilities

A row that needs a capability says nothing on a plug-in without it; the suite prints it as skipped, with that reason.

| capability | means |
|---|---|
${meanings.join('\n')}

## Kernel names

${index.join(' · ')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [core, { CATALOGUE }] = await Promise.all([import('@racewalk/core'), import('@racewalk/cli')]);
  writeFileSync(PAGE, contractPage(core.CONTRACT, core.CAPABILITIES, answersOf(core, CATALOGUE.archs)));
}
