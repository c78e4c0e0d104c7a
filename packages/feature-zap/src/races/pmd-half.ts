import {
  addrOf,
  type HalvesAccess,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  pteWord,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';
import { freshPte, onlyPage } from '../ops/fault.js';
import { wholeEntries } from '../reasons.js';

/** Upper-level entries take the place of the leaf ones: `pmd[0]` is empty, then a huge page, then another. */
interface Upper {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly huge: Folio;
  readonly other: Folio;
}

function setup(w: World): Upper {
  const vma = w.vma({ pages: 1, name: 'pmd' });
  const huge = linux(w).folio({ name: 'huge', pages: 1, pfn: 0x100200, mapcount: 0 });
  const other = linux(w).folio({ name: 'other huge', pages: 1, pfn: 0x200400, mapcount: 0 });
  return { vma, pmdp: vma.table.entries[0]!, huge, other };
}

/** Faults a huge page in, throws it away, and faults another one in. */
const faults: AgentSpec<Upper> = {
  cpu: 0,
  role: 'kernel',
  note: 'huge page faults, MADV_DONTNEED',
  *run(m, s) {
    const addr = addrOf(s.pmdp.vpn);
    // set_pmd() is one 8-byte exchange, also where plain stores move halves.
    const map = (folio: Folio) => m.pmd.setPmdAt(s.vma.mm, addr, s.pmdp, freshPte(m, s.vma, onlyPage(folio)));
    yield* m.pteOffsetMapLock(s.pmdp.table);
    yield* map(s.huge);
    yield* m.pteUnmapUnlock(s.pmdp.table);
    yield* m.pteOffsetMapLock(s.pmdp.table);
    yield* m.pmd.pmdpHugeGetAndClear(s.vma.mm, addr, s.pmdp);
    yield* m.tlb.flushTlbRange(s.vma, addr, addr + 1);
    yield* m.pteUnmapUnlock(s.pmdp.table);
    yield* m.pteOffsetMapLock(s.pmdp.table);
    yield* map(s.other);
    yield* m.pteUnmapUnlock(s.pmdp.table);
  },
};

const halvesOf = (m: Machine): HalvesAccess => m.entries as HalvesAccess;

/** Low first; if that is empty so is the entry. @kernel pmd_read_atomic */
function* pmdReadAtomic(m: Machine, pmdp: Ptep): Step<PteWord> {
  if (!m.arch.has('splitEntries')) return yield* m.pmd.pmdpGetLockless(pmdp);
  const low = yield* halvesOf(m).readLow(pmdp, 'pmd_read_atomic');
  if (low === 0) return PTE_ZERO;
  return pteWord(low, yield* halvesOf(m).readHigh(pmdp, 'pmd_read_atomic'));
}

/** High first, as a compiler is free to load it. */
function* highFirst(m: Machine, pmdp: Ptep): Step<PteWord> {
  if (!m.arch.has('splitEntries')) return yield* m.pmd.pmdpGetLockless(pmdp);
  const high = yield* halvesOf(m).readHigh(pmdp, '*pmd');
  return pteWord(yield* halvesOf(m).readLow(pmdp, '*pmd'), high);
}

const walker: AgentSpec<Upper> = {
  cpu: 2,
  role: 'kernel',
  note: 'walks with mmap_lock shared',
  *run(m, s) {
    // Low, high, low again.
    const pmd = yield* m.pmd.pmdpGetLockless(s.pmdp);
    if (m.v.ptePresent(pmd)) yield* m.obtained(s.pmdp, pmd);
  },
};

/** Race A11. */
export const pmdHalf: Scenario = defineScenario<Upper>({
  id: 'gup/pmd-half',
  title: 'The same one level up: an upper-level entry read in halves',
  source:
    'the proposal of the thread of October 2022 (seed 003) leaves the upper levels open; pmd_read_atomic() (2012) and pmdp_get_lockless() (2022)',
  about:
    'Walkers that hold mmap_lock shared read upper-level entries while a fault fills them. Is it enough to read low, then high? The fix of 2012 takes high to be stable after low. That is right only while an entry goes from empty to a table and stays. With huge pages it goes from one page to nothing and to another. Then low, high is not enough; low, high, low is. The words belong to an upper-level entry, but the protocol and the verdicts are those of a leaf.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup,
  agents: { faults, walker },
  linux: { '6.12': 'upstream' },
  mutants: {
    'high-first': {
      what: 'the high half is loaded before the low one',
      breaks: 'TORN',
      why: 'the high half is that of the empty entry, the low one that of the huge page',
      unless: wholeEntries,
      patch: { pmdpGetLockless: highFirst },
    },
    'low-once': {
      what: 'low, then high, and no second look: the fix of 2012',
      breaks: 'TORN',
      why: 'between the two loads one huge page has gone and another has come',
      unless: wholeEntries,
      patch: { pmdpGetLockless: pmdReadAtomic },
    },
  },
});
