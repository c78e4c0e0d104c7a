// The same in TypeScript, on hardware that sets both flags: one operation of its own for each way to lose them.

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
import { FlatOps, flatSpec } from '@racewalk/toys';

class TypedOps extends FlatOps {
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(ptep, PTE_ZERO);
  }
}

export const typed: ArchPlugin = defineArch({
  ...flatSpec,
  id: 'typed',
  title: 'a plug-in in TypeScript',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'pudLeaf'],
  ops: (m) => new TypedOps(m),
  omits: ['whatever the toy omits'],
});
