/** docs/contract.md, made from the contract table of core. `node tools/docs/contract-page.mjs` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
 * Markdown of one table of the contract.
 * @param {readonly import('@racewalk/core').ContractRow[]} rows
 */
function table(rows) {
  const lines = rows.map(
    (r) =>
      `| \`${r.kernel}\` | \`${r.op}\` | ${cell(r.says)} | ${cell(r.context)} | ${r.law === 'generic' ? LAW.generic : LAW.value} | ${(r.needs ?? []).map((c) => `\`${c}\``).join(', ')} |`,
  );
  return ['| kernel | here | promises | context | law | needs |', '|---|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

/**
 * The whole page.
 * @param {readonly import('@racewalk/core').ContractRow[]} rows
 * @param {Readonly<Record<string, string>>} capabilities
 */
export function contractPage(rows, capabilities) {
  const sections = Object.entries(TITLES).map(([level, title]) => {
    const own = rows.filter((r) => r.level === level);
    return `## ${title}\n\n${table(own)}`;
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

A row that needs a capability says nothing on a plug-in without it.

| capability | means |
|---|---|
${meanings.join('\n')}

## Kernel names

${index.join(' · ')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { CAPABILITIES, CONTRACT } = await import('@racewalk/core');
  writeFileSync(PAGE, contractPage(CONTRACT, CAPABILITIES));
}
