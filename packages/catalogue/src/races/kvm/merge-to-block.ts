import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import { type AgentSpec, GuestCpu, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, upperLevel } from '@racewalk/mm';

interface Merged {
  readonly second: Vma;
  readonly pmdp: Ptep;
  readonly block: Folio;
}

/** Two pages of a second stage, and the block that takes their place. */
function setup(w: World): Merged {
  const second = w.vma({ pages: 2, name: 'stage2', mm: w.mm('vmid') });
  const { pmdp } = upperLevel(w, second);
  const small = linux(w).folio({ name: 'small', pages: 2, refcount: 1, mapcount: 0 });
  w.mapFrames(second, small, { young: true, dirty: true });
  const block = linux(w).folio({ name: 'block', pages: 2, huge: true, refcount: 1, mapcount: 0 });
  return { second, pmdp, block };
}

/** @kernel stage2_map_walk_table_pre, stage2_map_walk_table_post */
const merge = (pages: (second: Vma) => number): AgentSpec<Merged> => ({
  cpu: 0,
  role: 'kernel',
  *run(m, { second, pmdp, block: { frames } }) {
    yield* m.k.pmdLock(pmdp);
    yield* m.pmd.pmdClear(pmdp);
    yield* m.tlb.flushTlbRange(second, addrOf(second.start), addrOf(second.start + pages(second)));
    const entry = m.p.pfnPmd(frames[0]?.pfn ?? 0, m.v.mkProt({ read: true, write: false }));
    yield* m.pmd.setPmdAt(second.mm, addrOf(second.start), pmdp, m.p.pmdMkhuge(m.p.pmdMkyoung(entry)));
    yield* m.unlock(pmdp.table.ptl);
  },
});

/** I3. */
export const mergeToBlock: Scenario = defineScenario<Merged>({
  id: 'kvm/merge-to-block',
  title: 'A table of the second stage becomes a block, and one page of it is invalidated',
  source: 'Linux 3a0b870e3448 (5.10), arch/arm64/kvm/hyp/pgtable.c',
  about:
    'A second stage maps pages one by one, and then merges them into a block: the entry is cleared, invalidated, and set to the block. What must the invalidation cover? All pages: one that covers a single address leaves the translations of the others. The guest goes on with their old frames, and where the architecture asks for break before make its TLB holds two sizes for one address.',
  invariants: ['CONT', 'STALE'],
  params: { pages: 2 },
  assumes: 'the tables are those that a hypervisor has made',
  setup,
  agents: {
    merge: merge(({ start, end }) => end - start),
    guest: {
      cpu: 1,
      role: 'user',
      *run(m, { second }) {
        yield* new GuestCpu(m, { guest: null, second, secondOptions: { faults: false } }).load(1);
      },
    },
  },
  mutants: {
    'one-page': {
      what: 'only the page is invalidated for which the fault came',
      breaks: ['CONT', 'STALE'],
      why: 'the others are still cached',
      agents: { merge: merge(() => 1) },
    },
  },
});
