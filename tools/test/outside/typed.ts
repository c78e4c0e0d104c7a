// The same in TypeScript, on hardware that sets both flags: one operation of its own for each way to lose them.

import { X86StyleOps, x86StyleSpec } from '@racewalk/arch-x86';
import {
  type ArchPlugin,
  defineArch,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

class TypedOps extends X86StyleOps {
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(ptep, PTE_ZERO, 'ptepGetAndClear');
  }
}

export const typed: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  id: 'typed',
  title: 'a plug-in in TypeScript',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'faultDropsTlb', 'uffdWp', 'devmap', 'pudLeaf'],
  ops: (m) => new TypedOps(m),
  omits: ['whatever x86-64 omits'],
});
