/** Huge pages: the walkers set V and D in a leaf as they do in a page. */
import { AtomicPmdOps, type Ptep, type PteWord, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { adding } from './ops.js';

/** What LoongArch overrides one level up. */
export class LoongArchPmdOps extends AtomicPmdOps {
  override *pmdpSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    pmdp: Ptep,
    entry: PteWord,
    _dirty: boolean,
  ): Step<boolean> {
    const add = adding(entry);
    const old = yield* this.m.entries.update(pmdp, add);
    const changed = add(old) !== old;
    if (changed) yield* this.flush(vma, addr);
    return changed;
  }
}
