export { CAPABILITIES, type Capability, HARDWARE_FILLED_TLB } from './arch/capabilities.js';
export { INVARIANTS, type InvariantCode } from './arch/codes.js';
export { defineArch } from './arch/define.js';
export { opsOf } from './arch/ops-of.js';
export type { ArchPlugin, ArchSpec, OverrideMutant } from './arch/plugin.js';
export { singleBitWalker } from './arch/single-bit-walker.js';
export { stubMachine } from './arch/stub-machine.js';
export type { AccessKind, FaultKind, HardwareWalker, WalkResult } from './arch/walker.js';
export { VALUE_CONTRACT } from './contract/index.js';
export { valid } from './contract/pmd-laws.js';
export {
  type ContractRow,
  claims,
  claimsOf,
  type LawSample,
  type ValueLaw,
} from './contract/row.js';
export type { ErrorCode } from './error-codes.js';
export { internalError, RacewalkError } from './errors.js';
export { nearest } from './near.js';
export type { EntryAccess, HalvesAccess } from './ops/entry-access.js';
export { entryChange } from './ops/entry-change.js';
export type { EntryMachine } from './ops/entry-machine.js';
export { GenericPteOps, PTE_OPS, type PteOpName } from './ops/generic.js';
export {
  type AddressSpace,
  blockOf,
  type Mm,
  type PageTable,
  type Ptep,
  ptepAdd,
  ptepOf,
  type Vma,
  type VmaFlags,
} from './ops/handles.js';
export { GenericHugePteOps, HUGE_PTE_OPS, hugePageSize } from './ops/hugetlb.js';
export { ContHugePteOps } from './ops/hugetlb-cont.js';
export type { HugePteOps } from './ops/hugetlb-ops.js';
export { kernelName } from './ops/kernel-name.js';
export { type OpsPatch, patchOf } from './ops/patch.js';
export { GenericPmdOps } from './ops/pmd.js';
export { AtomicPmdOps } from './ops/pmd-atomic.js';
export type { PmdOps } from './ops/pmd-ops.js';
export { pteAccessible } from './ops/pte-accessible.js';
export { AtomicPteOps } from './ops/pte-atomic.js';
export type { Cydp, PteOps } from './ops/pte-ops.js';
export { PMD_OPS } from './ops/pud.js';
export { PMD_ONLY_OPS } from './ops/pud-ops.js';
export type { Tlb, TlbHardware } from './ops/tlb.js';
export type { HugePteValues } from './pte/hugetlb.js';
export type { PteField, PteLayout } from './pte/layout.js';
export type { PmdValues } from './pte/pmd.js';
export { pudName } from './pte/pud.js';
export type { SwpEntry } from './pte/swp-entry.js';
export { hasLeafBits, leafForm, pageForm, type UpperLevel } from './pte/upper.js';
export { layoutValues, type Prot, type PteValues } from './pte/values.js';
export {
  bit,
  bits,
  fieldOf,
  fieldWord,
  PTE_ZERO,
  type PteWord,
  pteAll,
  pteAnd,
  pteAndNot,
  pteAny,
  pteById,
  pteFromBigInt,
  pteHex,
  pteOr,
  pteToBigInt,
  pteWord,
} from './pte/word.js';
export { addrOf, hex, PAGE_SIZE, type Pfn, type Vaddr, type Vpn, vpnOf } from './units.js';
