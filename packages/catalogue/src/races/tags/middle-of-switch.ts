import { addrOf, type Mm, ptepOf, type Vma } from '@racewalk/core';
import { read } from '@racewalk/core/step';
import { type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, followMms, freePage, linux, thisCpu } from '@racewalk/mm';

interface Switching {
  readonly mm: Mm;
  readonly vma: Vma;
  readonly page: Folio;
}

/** CPU 1 runs something else and is about to switch; the protocol of x86 on every architecture. */
function setup(w: World): Switching {
  const spaces = followMms(w, { kind: 'tlb-gen' });
  const [mm, other] = [w.mm('mm'), w.mm('other')];
  const vma = w.vma({ mm, pages: 1 });
  const page = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, page, { dirty: true, young: true });
  spaces.starts(0, mm, { lazy: true });
  spaces.starts(1, other);
  return { mm, vma, page };
}

/** I1. */
export const middleOfSwitch: Scenario = defineScenario<Switching>({
  id: 'tags/middle-of-switch',
  title: 'A flush leaves out a CPU that is in the middle of a switch',
  source: 'CVE-2025-37964; should_flush_tlb(), arch/x86/mm/tlb.c, Linux 6.15',
  about:
    'A flush asks each CPU of the mask whether it has the address space loaded, and interrupts only those. A CPU that switches reads how many flushes there were, loads the root, and says only then that it has loaded it. In between it is left out, and it does not look again. So a CPU in the middle of a switch must be interrupted as well.',
  invariants: ['UAF'],
  params: {},
  needs: ['speculativeFill'],
  setup,
  agents: {
    unmap: {
      cpu: 0,
      role: 'kernel',
      *run(m, { mm, vma, page }) {
        yield* m.pte.ptepGetAndClear(mm, addrOf(vma.start), ptepOf(vma, vma.start));
        yield* m.tlb.flushTlbPage(vma, addrOf(vma.start));
        for (const frame of page.frames) yield* freePage(m, frame);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'switches to the address space, and loads',
      *run(m, { mm, vma }) {
        yield* m.k.contextSwitch(mm);
        yield* new UserCpu(m, vma, { faults: false }).load(0);
      },
    },
  },
  mutants: {
    'by-what-is-loaded': {
      what: 'only a CPU that says it has the address space loaded is interrupted',
      breaks: 'UAF',
      why: 'it says so after it has loaded it, and may have walked the tables by then',
      patch: {
        *shouldFlushTlb(m, cpu, info) {
          return (yield* read(thisCpu(m, cpu).loadedMm, 'loaded_mm')) === info.mm.asid;
        },
      },
    },
  },
});
