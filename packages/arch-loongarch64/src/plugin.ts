import {
  type ArchPlugin,
  type ArchSpec,
  type Capability,
  defineArch,
  HARDWARE_FILLED_TLB,
} from '@racewalk/core';
import { layout } from './layout.js';
import { HPTW_MUTANTS, LINUX, MUTANTS } from './mutants.js';
import { LoongArchOps } from './ops.js';
import { LoongArchPmdOps } from './pmd-ops.js';
import { malformed, values } from './values.js';
import { hptwWalker, refillWalker } from './walker.js';

const OMITS: readonly string[] = Object.freeze([
  'weak consistency (manual 2.1.9): explored by the rules that Armv8 and RVWMO share',
  'the steps inside an exception handler: refill, page invalid and page modify are one walk',
  'TLB entries for an even and an odd page together, and the global bit that both must have',
  'pte_modify and new entries that count as accessed at once: here V is kept, and clear at first',
  '16 KiB pages, which most kernels use, and huge pages two levels up',
  'ASIDs, lazy TLB mode and the choice of CPUs to interrupt: every CPU of the model is interrupted',
  'access from PLV0 to PLV2, execute permissions, RPLV',
  'swap offsets above bit 59, which one level up would be the bit that keeps an invalid leaf present',
  'guest mode (LVZ)',
]);

// Without a hardware walker nothing fills the TLB but the handlers, each of which has found no other translation.
const CAPABILITIES: readonly Capability[] = Object.freeze([
  'hwAccess',
  'hwDirty',
  'ipiFlush',
  'faultDropsTlb',
  'staleRefusals',
  'spaceTags',
  'thpMigration',
  'devmap',
]);

const common = {
  capabilities: CAPABILITIES,
  memory: 'weak',
  // arch/loongarch/include/asm/mmu_context.h: asid_cache and cpu_context, ten bits of ASID in CSR.ASID.
  mmContext: 'versions',
  layout,
  values,
  malformed,
  ops: (m) => new LoongArchOps(m),
  pmdOps: (m, level) => new LoongArchPmdOps(m, level),
} satisfies Partial<ArchSpec>;

/** LoongArch whose TLB is filled by exception handlers: 3A5000 and before. */
export const loongarch64: ArchPlugin = defineArch({
  ...common,
  id: 'loongarch64',
  title: 'LoongArch, TLB filled by exception handlers',
  walker: refillWalker,
  mutants: MUTANTS,
  linux: LINUX,
  omits: OMITS,
});

/** LoongArch with the hardware page table walker switched on (PWCH.HPTW_En): 3A6000. */
export const loongarch64Ptw: ArchPlugin = defineArch({
  ...common,
  id: 'loongarch64-ptw',
  title: 'LoongArch, TLB filled by the hardware page table walker',
  capabilities: [...CAPABILITIES, ...HARDWARE_FILLED_TLB.filter((c) => !CAPABILITIES.includes(c))],
  walker: hptwWalker,
  mutants: [...MUTANTS, ...HPTW_MUTANTS],
  linux: LINUX,
  omits: [...OMITS, 'walks whose update of V or D is not one access: the manual does not say'],
});
