/** What the races of this package start from: an address space with one page, and whoever takes its page away. */
import { type ArchPlugin, addrOf, type Mm, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, UserCpu, type World } from '@racewalk/machine';
import { type Folio, freePage, linux } from '@racewalk/mm';

/** An address space with one mapped page. */
export interface OnePage {
  readonly mm: Mm;
  readonly vma: Vma;
  readonly folio: Folio;
}

/** A new address space with one page, mapped and used. */
export function onePage(w: World, name: string): OnePage {
  const mm = w.mm(name);
  const vma = w.vma({ mm, pages: 1, name: `${name}.pte` });
  const { folio: make, mapFolio } = linux(w);
  const folio = make({ name: `${name}.page`, pages: 1 });
  mapFolio(vma, folio, { dirty: true, young: true });
  return { mm, vma, folio };
}

/** Unmap the page, invalidate, free it: what reclaim does to an address space that may run anywhere. */
export function* unmapAndFree(m: Machine, { mm, vma, folio }: OnePage, flushes = true): Step<void> {
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.pte.ptepGetAndClear(mm, addrOf(vma.start), ptepOf(vma, vma.start));
  if (flushes) yield* m.tlb.flushTlbPage(vma, addrOf(vma.start));
  yield* m.pteUnmapUnlock(vma.table);
  const [frame] = folio.frames;
  if (frame !== undefined) yield* freePage(m, frame);
  yield* m.completes('unmapped', vma);
}

/** The agent that does so, on cpu0. */
export const unmapper = <S>(page: (s: S) => OnePage): AgentSpec<S> => ({
  cpu: 0,
  role: 'kernel',
  note: 'unmaps and frees',
  run: (m, s) => unmapAndFree(m, page(s)),
});

/** The agent on cpu1: switches to the address space and loads from its page. */
export const switchedTo = (note: string): AgentSpec<OnePage> => ({
  cpu: 1,
  role: 'user',
  note,
  *run(m, { mm, vma }) {
    yield* m.k.contextSwitch(mm);
    yield* new UserCpu(m, vma, { faults: false }).load(0);
  },
});

/** Whether flushes of a plug-in go by a mask of CPUs. */
export const byMask = (arch: ArchPlugin): boolean => arch.has('ipiFlush');

/** Whether CPUs keep count of the flushes they have seen. */
export const byGeneration = (arch: ArchPlugin): boolean =>
  (arch.mmContext ?? (arch.has('broadcastTlbi') ? 'generations' : 'tlb-gen')) === 'tlb-gen';
