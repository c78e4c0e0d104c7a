/** What releases of Linux do on RISC-V where the plug-ins' own bodies are others. */
import { contpteConvert, contptePtepSetAccessFlags, type SetAccessFlags } from '@racewalk/contpte';
import type { ArchSpec, EntryMachine, Ptep, PteWord, Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { riscvAccessFlags } from './ops.js';

type Releases = NonNullable<ArchSpec['linux']>;

/** `set_pte_at` of what the handler asks for, unless it is the same. */
const byStore: SetAccessFlags = function* (m, ptep, entry, first) {
  const pte = first ?? (yield* m.entries.readOnce(ptep));
  if (pte === entry) return false;
  // 6.12 folds nothing; of an entry of a block only the flags are another page's business.
  yield* m.entries.writeOnce(ptep, m.v.pteCont(pte) ? riscvAccessFlags.morePermissive(pte, entry) : entry);
  return true;
};

/** The entry is stored as the fault handler asks for it. @kernel ptep_set_access_flags (riscv 6.12) */
function* stored(m: EntryMachine, vma: Vma, ptep: Ptep, entry: PteWord, flushes: boolean): Step<boolean> {
  const c = { m, flags: riscvAccessFlags, convert: contpteConvert };
  return yield* contptePtepSetAccessFlags(c, vma, ptep, entry, flushes, byStore);
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
    patch: {
      *ptepSetAccessFlags(m, vma: Vma, _addr: Vaddr, ptep: Ptep, entry: PteWord): Step<boolean> {
        return yield* stored(m, vma, ptep, entry, true);
      },
    },
  },
]);

/** Svade without Svvptc: a fence of the own hart, and true. */
export const LINUX_SVADE: Releases = Object.freeze([
  {
    release: '6.12',
    what: 'ptep_set_access_flags stores the entry and fences its own hart alone, whatever has changed',
    kernel: { file: KERNEL.file, functions: ['ptep_set_access_flags', 'update_mmu_cache_range'] },
    known:
      'read in 6.12: the comment there says that update_mmu_cache does the rest; Linux 6.12 has no device on RISC-V that shares the tables of a process',
    outcomes: [
      {
        tests: ['device-exclusive/sva-upgrade', 'device-exclusive/sva-rewalk'],
        breaks: 'LIVE',
        why: 'nobody tells the device that its translation permits too little, and it does not walk again',
      },
    ],
    patch: {
      *ptepSetAccessFlags(m, vma: Vma, addr: Vaddr, ptep: Ptep, entry: PteWord): Step<boolean> {
        yield* stored(m, vma, ptep, entry, false);
        yield* m.tlb.localFlushTlbPage(vma, addr);
        return true;
      },
    },
  },
]);
