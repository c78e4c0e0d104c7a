/** docs/half-cleared.md: every operation in every half-cleared state. `npm run docs:half-cleared` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('@racewalk/core').ArchPlugin} ArchPlugin */
/** @typedef {ReturnType<typeof import('@racewalk/feature-contpte-teardown').halfClearedTable>} Table */

export const PAGE = fileURLToPath(new URL('../../docs/half-cleared.md', import.meta.url));

/** @param {Table} table */
function tableText({ states, rows }) {
  const head = `${''.padEnd(39)}${states.map((s) => s.join('').padStart(4)).join('')}`;
  const lines = rows.map(
    ({ name, verdicts }) => `${name.padEnd(39)}${verdicts.map((v) => v.padStart(4)).join('')}`,
  );
  return ['```', head, ...lines, '```'].join('\n');
}

/**
 * The whole page.
 * @param {readonly ArchPlugin[]} archs
 * @param {(arch: ArchPlugin) => Table} tableOf
 */
export function halfClearedPage(archs, tableOf) {
  const tables = archs.filter((arch) => arch.has('contPte')).map((arch) => ({ arch, table: tableOf(arch) }));
  const { legend, rows } = tables[0]?.table ?? { legend: {}, rows: [] };
  /** @param {string} letter */
  const named = (letter) =>
    rows.filter((row) => row.verdicts.every((v) => v === letter)).map((row) => `\`${row.name}\``);
  const letters = Object.entries(legend).map(([letter, text]) => `- \`${letter}\` ${text}`);
  /** @type {Map<string, string[]>} */
  const same = new Map();
  for (const { arch, table } of tables) {
    const text = tableText(table);
    same.set(text, [...(same.get(text) ?? []), arch.id]);
  }
  return `# A block that is half cleared, and every operation

\`ptep_get_and_clear_full()\` as proposed in November 2023 clears the entries of a contiguous block one by one and leaves the
others folded. "If any other APIs are called for the ptes in the contpte block during that time, we have to be very
careful." Here each operation is called in each such state of a block of four: the proposal clears these entries (counted
from 0), then the operation runs alone, on the first entry that is left, or where cleared says so on the first that is
not. The block was stored to once, and the hardware recorded that in entry 0.

In every state right: ${named('.').join(', ')}.

In every state cleared entries are mapped again: ${named('M').join(', ')}. These unfold, and an unfold writes the whole block.

${letters.join('\n')}

${[...same].map(([text, ids]) => `## ${ids.join(', ')}\n\n${text}\n`).join('\n')}
With a CPU that stores meanwhile: \`racewalk conformance --test contpte/half-cleared-other-api\`. Made by \`npm run
docs:half-cleared\` from runs; do not edit.
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [{ CATALOGUE }, { halfClearedTable }] = await Promise.all([
    import('@racewalk/cli'),
    import('@racewalk/feature-contpte-teardown'),
  ]);
  writeFileSync(PAGE, halfClearedPage(CATALOGUE.archs, halfClearedTable));
}
