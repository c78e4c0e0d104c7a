import {
  type ArchPlugin,
  defineArch,
  GenericPmdOps,
  HARDWARE_FILLED_TLB,
  layoutValues,
  type Prot,
  type Ptep,
  type PteValues,
  type PteWord,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
  singleBitWalker,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { MODIFY, SV39, sv39Layout } from './layout.js';

const NONE = pteOr(SV39.G, SV39.R);

function mkProt(prot: Prot): PteWord {
  if (!prot.read && !prot.write && !prot.exec) return NONE;
  let word = [SV39.V, SV39.R, SV39.U].reduce(pteOr);
  // W without R is reserved, so a writable page is readable, too.
  if (prot.write) word = pteOr(word, SV39.W);
  return prot.exec ? pteOr(word, SV39.X) : word;
}

/** The `pte_*` helpers. @kernel arch/riscv/include/asm/pgtable.h */
const values: PteValues = Object.freeze({
  ...layoutValues(sv39Layout),
  pteModify: (pte: PteWord, prot: PteWord) => pteOr(pteAndNot(pte, MODIFY), pteAnd(prot, MODIFY)),
  mkProt,
  protNone: () => NONE,
});

function malformed(pte: PteWord): string | null {
  if (!pteAny(pte, SV39.V)) return null;
  if (pteAny(pte, SV39.W) && !pteAny(pte, SV39.R)) return 'W without R is reserved';
  if (!pteAny(pte, pteOr(SV39.R, SV39.X))) return 'R = W = X = 0 points to a table';
  return null;
}

/** Huge pages: generic but for one body. */
class Sv39PmdOps extends GenericPmdOps {
  /** SFENCE.VMA with an address reaches leaf entries only, and here a table goes. */
  override *pmdpCollapseFlush(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    const pmd = yield* this.pmdpHugeGetAndClear(vma.mm, addr, pmdp);
    yield* this.m.tlb.flushTlbMm(vma.mm);
    return pmd;
  }
}

/**
 * Neither flag is set by hardware, so nothing changes an entry behind the page-table lock and every
 * operation on a leaf has its generic body: read, then write.
 */
export const swAccessDirty: ArchPlugin = defineArch({
  id: 'sw-access-dirty',
  title: 'access and dirty flags by faults (RISC-V Sv39 with Svade)',
  capabilities: [...HARDWARE_FILLED_TLB, 'spaceTags', 'ipiFlush', 'pudLeaf', 'thpMigration', 'devmap'],
  memory: 'weak',
  // arch/riscv/mm/context.c
  mmContext: 'generations',
  layout: sv39Layout,
  values,
  walker: singleBitWalker({
    valid: pteOr(SV39.V, SV39.R),
    user: SV39.U,
    write: SV39.W,
    young: SV39.A,
    dirty: SV39.D,
    setsYoung: false,
    setsDirty: false,
  }),
  malformed,
  pmdOps: (m, level) => new Sv39PmdOps(m, level),
  omits: [
    'the atomic bodies of the RISC-V port of Linux, which also serves CPUs with Svadu',
    'TLBs that remember invalid entries, and Svvptc, which promises that they forget',
    'Svnapot blocks, Svpbmt memory types, execute-only pages',
    'SBI remote fences that return before every CPU is through: the sender waits for all',
    'two-stage translation (hypervisor extension)',
  ],
});
