/** Toys without blocks: one whose hardware keeps the flags, one whose fault handler does. */

import { X86StyleOps, x86StyleBits, x86StyleSpec } from '@racewalk/arch-x86';
import {
  type ArchPlugin,
  defineArch,
  GenericPteOps,
  type Ptep,
  type PteWord,
  pteOr,
  singleBitWalker,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Adds flags in one locked update, and invalidates what may be stale. */
class AddingOps extends X86StyleOps {
  override *ptepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const add = (pte: PteWord) => pteOr(pte, entry);
    const old = yield* this.m.entries.update(ptep, add, 'ptep_set_access_flags');
    const changed = add(old) !== old;
    if (changed && dirty) yield* this.m.tlb.flushTlbPage(vma, addr);
    return changed;
  }
}

/** Hardware sets young and dirty; an invalidation is issued, and waited for apart. */
export const addingToy: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  memory: 'sc',
  id: 'toy',
  title: 'Toy with broadcast invalidation',
  capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi'],
  ops: (m) => new AddingOps(m),
  omits: ['everything but what these tests need'],
});

const b = x86StyleBits({});

/** Old and clean entries fault, and the fault drops the translation it came from. */
export const faultingToy: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  id: 'flat',
  title: 'Toy without hardware flags',
  capabilities: ['ipiFlush', 'faultDropsTlb'],
  walker: singleBitWalker({
    valid: b.PRESENT,
    user: b.USER,
    write: b.RW,
    young: b.ACCESSED,
    dirty: b.DIRTY,
    setsYoung: false,
    setsDirty: false,
  }),
  ops: (m) => new GenericPteOps(m),
  omits: ['everything but what these tests need'],
});
