export { type Bodies, hugeBodies, pmdBodies, pteBodies } from './arch/bodies.js';
export { CAPABILITIES, type Capability } from './arch/capabilities.js';
export { CAPABILITY_TERMS } from './arch/capability-terms.js';
export { INVARIANTS, type InvariantCode } from './arch/codes.js';
export { type MemoWalker, memoWalker } from './arch/memo-walker.js';
export { derivedOmissions, NEVER_MODELLED, omissionProblems } from './arch/omissions.js';
export { type ArchPlugin, type ArchSpec, defineArch, type OverrideMutant } from './arch/plugin.js';
export { singleBitWalker } from './arch/single-bit-walker.js';
export type { AccessKind, FaultKind, HardwareWalker, WalkResult } from './arch/walker.js';
export { exampleSamples } from './contract/example.js';
export { CONTRACT } from './contract/index.js';
export { KERNEL_TABLE } from './contract/kernel-table.js';
export { hear, memoryRunsOf } from './contract/memory/runs.js';
export { type ContractRow, claimsOf, type LawSample, type ValueLaw } from './contract/row.js';
export { ERROR_CODES, type ErrorCode } from './error-codes/index.js';
export { errorText, internalError, RacewalkError } from './errors.js';
export { nearest } from './near.js';
export { entryChange } from './ops/entry-change.js';
export { type Cydp, GenericPteOps, type PteOpName } from './ops/generic.js';
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
  vmaIntervalTreeForeach,
} from './ops/handles.js';
export { GenericHugePteOps, HUGE_PTE_OPS } from './ops/hugetlb.js';
export { ContHugePteOps } from './ops/hugetlb-cont.js';
export { overriddenOps, PTE_OPS } from './ops/overrides.js';
export { GenericPmdOps } from './ops/pmd.js';
export { AtomicPmdOps } from './ops/pmd-atomic.js';
export { PMD_ONLY_OPS, PMD_OPS, type PudOps, pudOps } from './ops/pud.js';
export { decodePte } from './pte/decode.js';
export { describePte } from './pte/describe.js';
export type { PteField, PteLayout, SwapLayout, UpperLayout } from './pte/layout.js';
export { pudName } from './pte/pud.js';
export type { SwpEntry } from './pte/swap.js';
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
export { TOKENS } from './wiring-tokens.js';
