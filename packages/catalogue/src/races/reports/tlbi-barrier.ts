import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { nothing, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface Mapped {
  readonly vma: Vma;
  readonly folio: Folio;
}

/** Report r23. */
export const tlbiBarrier: Scenario = defineScenario<Mapped>({
  id: 'reports/tlbi-barrier',
  title: 'A page is unmapped, and the TLBs of all CPUs are invalidated',
  source: 'rcore-os/tgoskits#2008 (2026)',
  about:
    'A kernel empties an entry, invalidates the TLBs, and frees the page. Two mistakes that look like nothing: there is no barrier before the TLBI, and the TLBI is the local one, for this CPU alone. Without the barrier the store is still on its way when the TLBI completes; a walk caches the old entry again, and the barrier behind the TLBI has nothing left to wait for. The local form never reaches the other CPU.',
  invariants: ['UAF'],
  params: { block: 1 },
  memory: 'weak',
  setup(w) {
    const vma = w.vma({ pages: 1 });
    const folio = linux(w).folio({ pages: 1 });
    linux(w).mapFolio(vma, folio, { dirty: true, young: true });
    return { vma, folio };
  },
  agents: {
    unmap: {
      cpu: 0,
      role: 'kernel',
      note: 'unmaps, invalidates, frees',
      *run(m, { vma, folio }) {
        const [frame] = folio.frames;
        if (frame === undefined) return;
        yield* m.pte.pteClear(vma.mm, addrOf(vma.start), ptepOf(vma, vma.start));
        yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
        yield* freePage(m, frame);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads twice',
      *run(m, { vma }) {
        const user = new UserCpu(m, vma, { faults: false });
        if (yield* user.load(0)) yield* user.load(0);
      },
    },
  },
  mutants: {
    'no-dsb': {
      what: 'no DSB between the store to the entry and the TLBI',
      breaks: 'UAF',
      why: 'the store is still on its way when the TLBI completes, and a walk caches the old entry again',
      unless: (arch) => REASONS.invalidationWaits(arch) ?? REASONS.storesInOrder(arch),
      patch: { dsbIshst: nothing },
    },
    local: {
      what: 'the TLBI for the own CPU',
      breaks: 'UAF',
      why: 'the other CPU keeps its translation',
      patch: {
        *flushTlbRange(m, vma, start) {
          yield* m.tlb.localFlushTlbPage(vma, start);
        },
      },
    },
  },
});
