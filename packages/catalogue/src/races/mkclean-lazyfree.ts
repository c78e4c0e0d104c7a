import { type ArchPlugin, pteAndNot, type Vma } from '@racewalk/core';
import { type AgentSpec, FrameFlag, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Mapped {
  readonly vma: Vma;
  readonly folio: Folio;
}

const free: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'MADV_FREE, then shrink_folio_list',
  *run(m, { vma, folio }) {
    yield* m.k.madviseFreeSingleVma(vma);
    yield* m.k.shrinkFolioList([folio]);
  },
};

const user: AgentSpec<Mapped> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma, { faults: false }).load(0);
  },
};

/** What a helper makes that clears the bit which the layout calls dirty, and nothing else. */
const oneBit = ({ values: v, layout }: ArchPlugin): string | null => {
  const entry = v.pteMkdirty(v.pteMkwrite(v.pfnPte(0x40, v.mkProt({ read: true, write: true }))));
  return v.pteSame(pteAndNot(entry, layout.dirty), v.pteMkclean(entry))
    ? 'one bit of a writable entry says that somebody has stored'
    : null;
};

/** Race A6. */
export const mkcleanLazyfree: Scenario = defineScenario<Mapped>({
  id: 'entries/mkclean-lazyfree',
  title: 'MADV_FREE makes an entry clean that keeps dirty in two places',
  source: 'Linux 8781bcbc5e69 (4.15), found by a test of MADV_FREE in LTP',
  about:
    'MADV_FREE makes a dirty page clean, so that reclaim may drop it. A thread only loads. Is the page dropped? Yes, if pte_mkclean forgets every record of a store. Where dirty is kept twice, by software in a bit of its own and by the hardware in the write permission, a helper that clears the one bit leaves an entry that still reads as dirty: reclaim keeps the page for ever. No store is lost by it; what is lost is the meaning of dirty.',
  invariants: ['ENC'],
  params: { block: 1 },
  setup(w) {
    const vma = w.vma({ pages: 1 });
    const folio = linux(w).folio({ pages: 1, refcount: 2, swapbacked: false });
    linux(w).mapFolio(vma, folio, { young: true, dirty: true });
    return { vma, folio };
  },
  agents: { free, user },
  finally(_w, { folio }, view, faults) {
    for (const { cell, name } of folio.frames)
      if ((view.get(cell) & FrameFlag.FREED) === 0)
        faults.fail('ENC', `nobody has stored since MADV_FREE, and ${name} still counts as dirty`);
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'clean-by-half': {
      what: 'pte_mkclean clears the bit of software only',
      breaks: 'ENC',
      why: 'what the hardware goes by is left: the entry still reads as dirty, or lets stores through that nobody records',
      unless: oneBit,
      patch: { pteMkclean: (m, pte) => pteAndNot(pte, m.arch.layout.dirty) },
      within: 'madviseFreePteRange',
    },
  },
});
