/** `struct vm_fault` as C sees it. */
import { addrOf } from '@racewalk/core';
import type { Frame, Machine } from '@racewalk/machine';
import type { FoundFault } from '@racewalk/mm';
import { CStruct, LockRef } from '../../run/objects.js';
import { upperOf } from './upper.js';

/** A fault that was found, on a page; `flags` are `FAULT_FLAG_*`. */
export function faultOf(
  m: Machine,
  { vma, ptep, origPte }: Pick<FoundFault, 'vma' | 'ptep' | 'origPte'>,
  page: Frame | null = m.world.frames.at(m.v.ptePfn(origPte)) ?? null,
  flags = 1,
): CStruct {
  const address = BigInt(addrOf(ptep.vpn));
  return new CStruct(
    'vm_fault',
    {
      vma,
      address,
      real_address: address,
      flags: BigInt(flags),
      page: page as object,
      pmd: upperOf(m, vma).pmdp,
      pte: ptep,
      ptl: new LockRef(ptep.table.ptl),
      orig_pte: origPte,
    },
    'vmf',
  );
}
