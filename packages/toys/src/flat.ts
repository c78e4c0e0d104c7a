/** What toys without blocks share: hardware that sets access and dirty state, and all operations it needs. */
import {
  type ArchSpec,
  AtomicPteOps,
  type Ptep,
  type PteWord,
  pteOr,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { plainValues, toyLayout } from './layout.js';
import { toyWalker } from './walker.js';

/** Adds flags in one locked update, and invalidates what may be stale. */
export class FlatOps extends AtomicPteOps {
  /** In one step. */
  override *ptepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const add = (pte: PteWord) => pteOr(pte, entry);
    const old = yield* this.m.entries.update(ptep, add);
    const changed = add(old) !== old;
    if (changed && dirty) yield* this.m.tlb.flushTlbPage(vma, addr);
    return changed;
  }
}

/** The parts of a toy that do not say how it invalidates. */
export const flatSpec: Pick<ArchSpec, 'memory' | 'layout' | 'values' | 'walker' | 'ops' | 'omits'> = {
  memory: 'sc',
  layout: toyLayout,
  values: plainValues,
  walker: toyWalker({ young: true, dirty: true }),
  ops: (m) => new FlatOps(m),
  omits: ['everything but what these tests need'],
};
