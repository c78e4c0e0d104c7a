import {
  type ArchPlugin,
  PAGE_SIZE,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  ptepAdd,
  ptepOf,
  type Vma,
} from '@racewalk/core';
import type { AgentSpec, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { hugetlbArea, oneEntry } from './page.js';

/** Two areas; the page of the first is on the move. */
interface Moving {
  readonly from: Vma;
  readonly src: Ptep;
  readonly to: Vma;
  readonly dst: Ptep;
}

/** The entry of a page that is on the move. */
const migrationEntry = ({ swap }: ArchPlugin): PteWord =>
  swap.swpEntryToPte(swap.makeReadableMigrationEntry(0x40));

function setup(w: World): Moving {
  const [from, to] = [hugetlbArea(w), hugetlbArea(w)];
  const entry = migrationEntry(w.arch);
  // Every slot of the block holds the same entry: it names the page, not one of its parts.
  for (const ptep of from.table.entries) w.setInitial(ptep, entry);
  return { from, src: ptepOf(from, from.start), to, dst: ptepOf(to, to.start) };
}

const mremap: AgentSpec<Moving> = {
  cpu: 0,
  role: 'kernel',
  note: 'move_hugetlb_page_tables',
  *run(m, { from, src, to, dst }) {
    yield* m.k.moveHugePte(from, src, to, dst);
  },
};

/** How many slots there are is read off the entry. */
const BY_THE_MARK: Patch = {
  *hugePtepGetAndClear(m, _mm, _addr, ptep, sz) {
    const pte = yield* m.entries.readOnce(ptep);
    const nr = m.v.pteCont(pte) ? sz / PAGE_SIZE : 1;
    for (let i = 0; i < nr; i++) yield* m.entries.xchg(ptepAdd(ptep, i), PTE_ZERO);
    return pte;
  },
};

/** Race A15, entries that are not present. */
export const moveMigration: Scenario = defineScenario<Moving>({
  id: 'hugetlb/move-migration',
  title: 'A hugetlb page of several entries is moved while its page is on the move itself',
  source: 'Linux 49c87f767774 (6.14), arch/arm64/mm/hugetlbpage.c',
  about:
    'While a hugetlb page migrates, all slots of its block hold one migration entry. mremap moves them. How many slots are there? The contiguous mark does not say: in an entry that is not present the same bit is part of the payload. The size has to come from the caller, and since Linux 6.14 it does. Guessed from the bit, slots are left behind in the old place, and the end of the migration maps the page there again.',
  invariants: ['MISS'],
  params: { block: 2 },
  assumes: 'the page is on the move, and the protocol of the check begins no migration',
  setup,
  agents: { mremap },
  finally(w, { from, to }, view, faults) {
    const get = (cell: number) => view.get(cell);
    const left = from.table.entries.filter((p) => !w.arch.values.pteNone(w.entryIn(get, p)));
    const missing = to.table.entries.filter((p) => w.arch.values.pteNone(w.entryIn(get, p)));
    for (const ptep of left) faults.fail('MISS', `the page has moved, and ${ptep.name} still names it`);
    for (const ptep of missing) faults.fail('MISS', `the page has moved, and ${ptep.name} is empty`);
  },
  mutants: {
    'by-the-mark': {
      what: 'huge_ptep_get_and_clear takes the number of slots from the contiguous mark of the first',
      breaks: 'MISS',
      why: 'in an entry that is not present the bit of the mark says something else',
      unless: (arch) =>
        arch.values.pteCont(migrationEntry(arch))
          ? 'the payload of this entry happens to have the bit of the mark'
          : oneEntry(arch),
      patch: BY_THE_MARK,
    },
  },
});
