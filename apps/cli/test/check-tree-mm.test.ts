/** Loops over entries and faults of a tree in place of Racewalk's: our own text, and one mistake at a time. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { treeWith } from './kernel-tree.js';
import { run } from './run.js';

const own = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`c/${file}`, import.meta.url)), 'utf8');

/** What races come to with a text in a tree: `[race, Racewalk, tree]`. */
async function inTree(file: string, text: string, test: string) {
  const cwd = treeWith({ [`tree/${file}`]: text });
  const { out } = await run(['check', '--tree', 'tree', '--test', test, '--arch', 'x86-64'], { cwd });
  const found = out.matchAll(/^(\S+\/\S+) +x86-64 +(✓ [\d ]*\d|[✗‼] \w+) +(✓ [\d ]*\d|[✗‼] \w+)$/gm);
  return new Map([...found].map(([, race, ours, theirs]) => [race, [ours, theirs]]));
}

/** The same with one of our files, in which one place is wrong. */
function rows(file: string, test: string, mistake: readonly [string, string] = ['', '']) {
  const text = own(file);
  expect(text).toContain(mistake[0]);
  return inTree(`mm/${file}`, text.replace(...mistake), test);
}

const MOVES = [
  'mremap/move-vs-writer',
  'mremap/move-vs-batched-unmap',
  'mremap/rmap-locks',
  'mremap/table-gone',
];
const FAULTS = ['fork-batch/reuse-exclusive', 'fork-batch/reader-reference'];

describe('move_ptes() of a tree', () => {
  it.each(MOVES)('comes to the same in %s, execution by execution', async (race) => {
    const [ours, theirs] = (await rows('mremap.c', race)).get(race) ?? [];
    expect(ours).toMatch(/^✓/);
    expect(theirs).toBe(ours);
  });

  it.each([
    ['the flush', 'mremap/move-vs-writer', ['\t\tflush_tlb_range(vma, start, end);\n', '\t\t;\n'], 'STALE'],
    [
      'the flush that another CPU put off',
      'mremap/move-vs-batched-unmap',
      ['\tflush_tlb_batched_pending(mm);\n', ''],
      'STALE',
    ],
    [
      'one step for reading and clearing',
      'mremap/move-vs-writer',
      ['pte = ptep_get_and_clear(mm, from, src);', 'pte = ptep_get(src);\n\t\tpte_clear(mm, from, src);'],
      'DIRTY',
    ],
    ['a lock that is given back', 'mremap/rmap-locks', ['\t\ttake_rmap_locks(vma);', '\t\t;'], 'LIVE'],
  ] as const)('without %s is caught in %s', async (_what, race, mistake, code) => {
    const [ours, theirs] = (await rows('mremap.c', race, mistake)).get(race) ?? [];
    expect(ours).toMatch(/^✓/);
    expect(theirs).toBe(`✗ ${code}`);
  });
});

const SET_PTES = `static inline void set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		set_pte(ptep + i, pte_advance_pfn(pte, i));
}
`;

describe('set_ptes() of a tree', () => {
  const BATCHES = ['fork-batch/batch-detection', 'fork-batch/cow-after-fork'];
  const ofTree = (text: string, race: string) => inTree('include/linux/pgtable.h', text, race);

  it.each(BATCHES)('comes to the same in %s', async (race) => {
    const [ours, theirs] = (await ofTree(SET_PTES, race)).get(race) ?? [];
    expect(ours).toMatch(/^✓/);
    expect(theirs).toBe(ours);
  });

  it.each(BATCHES)('that gives every entry the first page is caught in %s', async (race) => {
    const wrong = SET_PTES.replace('pte_advance_pfn(pte, i)', 'pte');
    expect((await ofTree(wrong, race)).get(race)?.[1]).toBe('✗ RMAP');
  });
});

describe('wp_page_reuse() of a tree', () => {
  it('comes to the same', async () => {
    const found = await rows('memory.c', 'fork-batch/re*');
    for (const race of FAULTS) expect(found.get(race)?.[1]).toBe(found.get(race)?.[0]);
    for (const race of FAULTS) expect(found.get(race)?.[0]).toMatch(/^✓/);
  });

  it.each([
    ['the right to write', ['maybe_mkwrite(pte_mkdirty(entry), vma)', 'pte_mkdirty(entry)']],
    ['the end of the lock', ['\tpte_unmap_unlock(vmf->pte, vmf->ptl);\n', '']],
  ] as const)('without %s is caught', async (_what, mistake) => {
    const found = await rows('memory.c', 'fork-batch/re*', mistake);
    for (const race of FAULTS) expect(found.get(race)?.[1]).toBe('✗ LIVE');
  });
});
