/** What releases of Linux do on RISC-V where the plug-ins' own bodies are others. */
import { type ArchSpec, type Ptep, type PteWord, patchOf, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { RiscvOps } from './ops.js';

type Releases = NonNullable<ArchSpec['linux']>;

/** The entry is stored as the fault handler asks for it. @kernel ptep_set_access_flags (riscv 6.12) */
class StoredFlags extends RiscvOps {
  /** `set_pte_at` of what the handler asks for, unless it is the same. */
  override *__ptepSetAccessFlagsNotlbi(ptep: Ptep, entry: PteWord, first?: PteWord): Step<boolean> {
    const pte = first ?? (yield* this.m.entries.readOnce(ptep));
    if (pte === entry) return false;
    // 6.12 folds nothing; of an entry of a block only the flags are another page's business.
    const stored = this.m.v.pteCont(pte) ? this.flags.morePermissive(pte, entry) : entry;
    yield* this.m.entries.writeOnce(ptep, stored);
    return true;
  }

  /** `flush_tlb_page` if the entry changed, whatever the caller says. */
  override *ptepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, entry: PteWord): Step<boolean> {
    return yield* super.ptepSetAccessFlags(vma, addr, ptep, entry, true);
  }
}

const KERNEL: Releases[number]['kernel'] = {
  file: 'arch/riscv/mm/pgtable.c',
  functions: ['ptep_set_access_flags'],
};

/** Svadu and Svvptc: `flush_tlb_page` if the entry changed. */
export const LINUX_SVADU: Releases = Object.freeze([
  {
    release: '6.12',
    what: 'ptep_set_access_flags compares, and stores the entry that the fault handler asks for',
    kernel: KERNEL,
    known:
      'read in 6.12 and mainline; no report was found, and we have not tried to reproduce it on a machine',
    outcomes: [
      {
        tests: ['access-flags/set-vs-walker'],
        breaks: 'DIRTY',
        why: 'the handler of a load read the entry before the hardware set D, and its store takes D back',
      },
    ],
    patch: patchOf(StoredFlags, ['ptepSetAccessFlags']),
  },
]);
