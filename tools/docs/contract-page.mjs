/** docs/contract.md, made from the contract table. `node tools/docs/contract-page.mjs` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('@racewalk/core').ContractRow} ContractRow */
/** @typedef {(typeof import('@racewalk/conformance').KERNEL_TABLE)[number]} TableName */
/** @typedef {typeof import('@racewalk/core') & typeof import('@racewalk/conformance')} Kit core, and what the suite makes of it */
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
  'PMD entry': 'Operations on a huge page one level up',
  'PUD entry': 'Operations on a huge page two levels up',
  'HugeTLB entry': 'Operations on hugetlb pages',
};

const GENERIC = 'where no one races: leaves the same entries as the generic body and returns the same';

/** How the laws of a section are tried, where the rows do not say it themselves. */
const TRIED = {
  'PMD entry':
    'Each law is tried on arbitrary leaves, first alone and then with a walk of the hardware, for a load and for a store, put in before each step of the operation. `pmdp_get_and_clear` and `pmdp_get_and_clear_full` are the names of the table; the kernel calls them `pmdp_huge_get_and_clear` and `pmdp_huge_get_and_clear_full`.',
  'PUD entry':
    'The laws of the level below. They need transparent huge pages at this level, which of these architectures only 64-bit x86 has in Linux 6.12.',
  'HugeTLB entry': 'Tried in the same way; where there are contiguous blocks, also on pages that are one.',
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
 * @param {readonly ContractRow[]} rows
 * @param {readonly Answers[]} archs
 * @param {ReadonlyMap<string, readonly string[]>} laws
 */
function table(rows, archs, laws) {
  const lines = rows.map((r) => {
    const law = r.law === 'generic' ? GENERIC : (laws.get(r.op) ?? []).join('; ');
    const needs = (r.needs ?? []).map((c) => `\`${c}\``).join(', ');
    return `| \`${r.kernel}\` | \`${r.op}\` | ${cell(r.says)} | ${cell(r.context)} | ${cell(law)} | ${needs} | ${answers(r, archs)} |`;
  });
  return [
    '| kernel | here | promises | context | law | needs | plug-ins |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/**
 * What each plug-in brings itself.
 * @param {Kit} core
 * @param {readonly import('@racewalk/core').ArchPlugin[]} archs
 * @returns {Answers[]}
 */
export function answersOf(core, archs) {
  return archs.map((arch) => {
    const replaced = (/** @type {import('@racewalk/conformance').Bodies} */ { own, ready }) =>
      [...own, ...ready].sort();
    const huge = replaced(core.pmdBodies(arch));
    const overrides = [
      ...replaced(core.pteBodies(arch)),
      ...huge,
      ...huge.map((op) => core.pudName(op)),
      ...replaced(core.hugeBodies(arch)),
    ];
    return { id: arch.id, capabilities: arch.capabilities, overrides };
  });
}

/**
 * What the law of each row claims, in words, on any plug-in it speaks of.
 * @param {Kit} core
 * @param {readonly import('@racewalk/core').ArchPlugin[]} archs
 */
export function lawsOf({ CONTRACT, claimsOf, exampleSamples }, archs) {
  /** @type {Map<string, readonly string[]>} */
  const laws = new Map();
  for (const { op, law, needs } of CONTRACT) {
    if (law === 'generic') continue;
    const speaks = archs.filter((arch) => arch.has(...(needs ?? [])));
    laws.set(op, [...new Set(speaks.flatMap((arch) => claimsOf(law, arch, exampleSamples(arch))))]);
  }
  return laws;
}

/**
 * The names of the kernel's own table, each with its row and what every plug-in answers.
 * @param {readonly TableName[]} names
 * @param {readonly ContractRow[]} rows
 * @param {readonly Answers[]} archs
 */
function kernelTable(names, rows, archs) {
  const byOp = new Map(rows.map((row) => [row.op, row]));
  const lines = names.map(({ section, name, op, note, dropped }) => {
    const row = op === null ? undefined : byOp.get(op);
    const lacks = (/** @type {Answers} */ a) => (row?.needs ?? []).filter((c) => !a.capabilities.includes(c));
    const missing = [...new Set(archs.flatMap(lacks))].map((c) => {
      const without = archs.filter((a) => lacks(a).includes(c)).map((a) => a.id);
      return `no \`${c}\`: ${without.join(', ')}`;
    });
    const marks = archs.map((a) => (row !== undefined && lacks(a).length === 0 ? '✓' : 'n/a'));
    const why = [...(note === undefined ? [] : [note]), ...missing];
    return `| ${section} | \`${name}\`${dropped ? ' †' : ''} | ${op === null ? '' : `\`${op}\``} | ${marks.join(' | ')} | ${cell(why.join('; '))} |`;
  });
  return [
    `| table | name | here | ${archs.map((a) => a.id).join(' | ')} | why not, or why under another name |`,
    `|---|---|---|${archs.map(() => '---|').join('')}---|`,
    ...lines,
  ].join('\n');
}

/**
 * The whole page.
 * @param {Kit} core
 * @param {readonly import('@racewalk/core').ArchPlugin[]} plugins
 */
export function contractPage(core, plugins) {
  const { CAPABILITIES, CONTRACT, KERNEL_TABLE } = core;
  const archs = answersOf(core, plugins);
  const laws = lawsOf(core, plugins);
  const sections = Object.entries(TITLES).map(([level, title]) => {
    const own = CONTRACT.filter((r) => r.level === level);
    const tried = TRIED[/** @type {keyof typeof TRIED} */ (level)];
    return `## ${title}\n\n${tried === undefined ? '' : `${tried}\n\n`}${table(own, archs, laws)}`;
  });
  const meanings = Object.entries(CAPABILITIES).map(([name, means]) => `| \`${name}\` | ${cell(means)} |`);
  const index = [...CONTRACT]
    .sort((a, b) => a.kernel.localeCompare(b.kernel, 'en'))
    .map((r) => `\`${r.kernel}\` → \`${r.op}\``);
  return `# The contract

What every operation promises, and the law that checks it on every plug-in (\`conformance\`, under fast-check). Made from
\`CONTRACT\` in \`@racewalk/conformance\` by \`npm run docs:contract\`; do not edit. The rows follow the kernel's table of
architecture page-table helpers (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12), the batched helpers of
include/linux/pgtable.h, and the hugetlb helpers of include/asm-generic/hugetlb.h. The column *law* has the claims as the law
makes them about a trial; they are read from the laws themselves.

${sections.join('\n\n')}

## The kernel's table, name by name

Every name in the table of architecture page-table helpers, as of Linux 6.6 and 6.17, and whether the law of its row is run on
each plug-in. † stands for names that the newer table no longer has.

${kernelTable(KERNEL_TABLE, CONTRACT, archs)}

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
  const [core, suite, { CATALOGUE }] = await Promise.all([
    import('@racewalk/core'),
    import('@racewalk/conformance'),
    import('@racewalk/cli'),
  ]);
  writeFileSync(PAGE, contractPage({ ...core, ...suite }, CATALOGUE.archs));
}
