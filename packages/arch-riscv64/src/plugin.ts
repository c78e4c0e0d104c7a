import {
  type ArchPlugin,
  type ArchSpec,
  type Capability,
  defineArch,
  HARDWARE_FILLED_TLB,
} from '@racewalk/core';
import { layout, MAY_DIFFER } from './layout.js';
import { LINUX_SVADU } from './linux.js';
import { SVADE_MUTANTS, SVADU_MUTANTS } from './mutants.js';
import { napot } from './napot.js';
import { RiscvFencingOps, RiscvOps } from './ops.js';
import { RiscvFencingPmdOps } from './pmd-ops.js';
import { malformed, values } from './values.js';
import { svadeWalker, svaduWalker } from './walker.js';

const OMITS: readonly string[] = Object.freeze([
  'which hart is fenced: every hart of the model, whether by interrupt or by the SBI remote fence',
  'Svinval: SINVAL.VMA between its two fences is one flush here',
  'blocks of two sizes in memory at once: the patterns of PPN that the manual reserves serve the smaller blocks of races',
  'ASIDs, global entries, and harts that run another address space',
  'memory types (Svpbmt), execution, MXR and SUM, the hypervisor extension',
  'Sv48 and Sv57, and the mapping of the kernel itself (new_vmalloc)',
  'userfaultfd and soft-dirty marks (Svrsw60t59b, Linux 6.18)',
]);

const CAPABILITIES: readonly Capability[] = Object.freeze([
  ...HARDWARE_FILLED_TLB,
  'spaceTags',
  'blockTranslations',
  'contPte',
  'breakBeforeMake',
  'ipiFlush',
  'pudLeaf',
  'thpMigration',
  'devmap',
]);

const common = {
  memory: 'weak',
  // arch/riscv/mm/context.c, after that of arm64; flushes go by mm_cpumask (arch/riscv/mm/tlbflush.c).
  mmContext: 'generations',
  layout,
  values,
  malformed,
  cont: { ptes: 16, mayDiffer: MAY_DIFFER, leaves: false, napot },
} satisfies Partial<ArchSpec>;

/** RISC-V whose hardware sets A and D (Svadu), and shows a new valid entry in bounded time (Svvptc). */
export const riscv64: ArchPlugin = defineArch({
  ...common,
  id: 'riscv64',
  title: 'RISC-V Sv39 with Svadu, Svnapot and Svvptc',
  capabilities: [...CAPABILITIES, 'hwAccess', 'hwDirty'],
  walker: svaduWalker,
  // arch/riscv/include/asm/pgtable.h: with Svvptc update_mmu_cache does nothing; ptep_set_access_flags has flushed.
  fixSpuriousFault: 'none',
  ops: (m) => new RiscvOps(m),
  mutants: SVADU_MUTANTS,
  linux: LINUX_SVADU,
  omits: OMITS,
});

/** RISC-V whose software sets A and D (Svade). */
export const riscv64Svade: ArchPlugin = defineArch({
  ...common,
  id: 'riscv64-svade',
  title: 'RISC-V Sv39 with Svade and Svnapot, invalid entries cached',
  capabilities: [...CAPABILITIES, 'negativeCaching'],
  walker: svadeWalker,
  fixSpuriousFault: 'local',
  ops: (m) => new RiscvFencingOps(m),
  pmdOps: (m, level) => new RiscvFencingPmdOps(m, level),
  mutants: SVADE_MUTANTS,
  omits: OMITS,
});
