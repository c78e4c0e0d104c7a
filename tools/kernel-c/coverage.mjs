/**
 * How much of a kernel tree's page-table C can be read: `npm run kernel-c:coverage -- DIR [--why] [--unknown]`, after a
 * build. Without a tree it says so and measures nothing.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { treeAt } from '@racewalk/cli';
import { Coverage, loadC } from '@racewalk/kernel-c';

const FILES = [
  'arch/arm64/mm/contpte.c',
  'arch/arm64/mm/hugetlbpage.c',
  'arch/arm64/include/asm/pgtable.h',
  'arch/arm64/include/asm/tlbflush.h',
  'arch/x86/include/asm/pgtable.h',
  'arch/x86/include/asm/tlbflush.h',
  'arch/riscv/include/asm/pgtable.h',
  'arch/riscv/include/asm/tlbflush.h',
  'arch/loongarch/include/asm/pgtable.h',
  'arch/loongarch/include/asm/tlbflush.h',
  'mm/pgtable-generic.c',
  'mm/memory.c',
  'mm/mprotect.c',
  'mm/mremap.c',
  'mm/rmap.c',
  'mm/gup.c',
  'mm/madvise.c',
  'mm/mmu_gather.c',
  'mm/huge_memory.c',
  'mm/khugepaged.c',
];

const args = process.argv.slice(2);
const dir = args.find((arg) => !arg.startsWith('-')) ?? '';
if (dir === '' || !existsSync(dir)) {
  console.log(
    `skipped: ${dir === '' ? 'no tree was given' : `there is no ${dir}`}; npm run kernel-c:coverage -- DIR`,
  );
  process.exit(0);
}
const tree = treeAt(path.resolve(dir), dir);
await loadC();
const coverage = new Coverage(tree, FILES);
const rows = FILES.flatMap((file) => {
  const found = coverage.of(file);
  if (found === null) console.log(`${file}: not in this tree`);
  return found ?? [];
});

/** @param {number} part @param {number} whole */
const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`.padStart(7);
/** @param {string} name @param {number} n @param {number} lowered @param {number} known */
const row = (name, n, lowered, known) =>
  console.log(
    `${name.padEnd(38)} ${String(n).padStart(5)} ${String(lowered).padStart(5)} ${percent(lowered, n)} ${String(known).padStart(5)} ${percent(known, n)}`,
  );
console.log(`${''.padEnd(38)}     n  read           names known`);
for (const { file, functions, lowered, known } of rows) row(file, functions, lowered, known);
const sum = (/** @type {'functions' | 'lowered' | 'known'} */ of) => rows.reduce((n, r) => n + r[of], 0);
row(`Linux ${tree.release ?? '?'}, all of these`, sum('functions'), sum('lowered'), sum('known'));
if (args.includes('--why')) for (const { refused } of rows) for (const line of refused) console.log(line);
if (args.includes('--unknown')) {
  /** @type {Map<string, number>} */
  const all = new Map();
  for (const { unknown } of rows) for (const [name, n] of unknown) all.set(name, (all.get(name) ?? 0) + n);
  const names = [...all].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`);
  console.log(names.join(', '));
}
