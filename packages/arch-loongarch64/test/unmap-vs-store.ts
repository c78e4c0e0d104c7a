import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import { type AgentSpec, type Frame, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

/** A page and where it is mapped. */
interface Mapping {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly frame: Frame;
}

/** What the race starts from: one page, mapped writable. */
function mapping(w: World): Mapping {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, folio, { write: true, young: true });
  return { vma, ptep: vma.table.entries[0]!, frame: folio.frames[0]! };
}

/** Takes the entry out under the page-table lock. */
const unmap: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps',
  *run(m, { vma, ptep, frame }) {
    yield* m.pteOffsetMapLock(vma.table);
    const pte = yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
    if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frame);
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.completes('unmapped', vma);
  },
};

/** Stores once, by whatever its TLB or the table says. */
const user: AgentSpec<Mapping> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma).store(0);
  },
};

/** Unmap vs store. */
export const unmapVsStore: Scenario = defineScenario<Mapping>({
  id: 'loongarch64/unmap-vs-store',
  title: 'Unmap vs store: an entry is taken out while another CPU stores through it',
  source: 'ptep_clear_flush(), mm/pgtable-generic.c',
  about:
    'A CPU stores while the kernel takes the entry out. When the call returns nobody may reach the page by its address any more. That takes an invalidation, because a TLB may have the translation from before.',
  invariants: ['STALE'],
  params: {},
  setup: mapping,
  agents: { unmap, user },
  mutants: {
    'no-flush': {
      what: 'the entry is taken out and no TLB is told',
      breaks: 'STALE',
      why: 'the TLB of the storing CPU still has the translation when the call returns',
      patch: { ptepClearFlush: (m, vma, addr, ptep) => m.pte.ptepGetAndClear(vma.mm, addr, ptep) },
    },
  },
});
