import {
  type ArchPlugin,
  type ArchSpec,
  type Capability,
  defineArch,
  HARDWARE_FILLED_TLB,
} from '@racewalk/core';
import { Arm64Ops } from './entry-ops.js';
import { arm64Layout, MAY_DIFFER } from './layout.js';
import { linuxReleases } from './linux/index.js';
import { CONTPTE_MUTANTS, HARDWARE_MUTANTS } from './mutants/index.js';
import { arm64PmdOps } from './pmd-ops.js';
import { arm64Values, malformed } from './values.js';
import { arm64Walker } from './walker.js';

const CAPABILITIES: readonly Capability[] = [
  ...HARDWARE_FILLED_TLB,
  'spaceTags',
  'blockTranslations',
  'contPte',
  'breakBeforeMake',
  'leafBreakBeforeMake',
  'broadcastTlbi',
  'uffdWp',
  'pudLeaf',
  'hugePfnmap',
  'thpMigration',
  'devmap',
];

const OMITS: readonly string[] = Object.freeze([
  'hardware updates of AF and AP[2] that stay pending past later accesses and DMB: here they are visible at once',
  'CPUs without FEAT_ETS2: a walk after a fault might use an older entry than the fault did',
  'FEAT_BBM levels 1 and 2, and the nT bit of level 1: every change of size or contiguity needs a break here; for level 2 see arm64ContpteBbm',
  'speculative setting of AF, and AF set by an access that takes a permission fault',
  'stage 2 translation and nested faults',
  'systems in which only some CPUs have FEAT_HAFDBS',
  'access from EL1, PAN, execute permissions, permission overlays, memory tagging',
  '16 KiB and 64 KiB granules, 52-bit output addresses, FEAT_HAFT (access flag in table descriptors)',
  'lazy TLBI batching, ASID rollover, and invalidations that outlive a context switch',
]);

const common = {
  memory: 'weak',
  // arch/arm64/include/asm/pgtable.h: __ptep_get_and_clear() is xchg_relaxed(), the others cmpxchg_relaxed().
  relaxedExchanges: true,
  // Linux 6.12: invalidations are broadcast, under the lock. Since 6.19 the handler invalidates its own CPU.
  fixSpuriousFault: 'none',
  earlyWalks: true,
  // APTable[1], Arm ARM DDI 0487 D8.4.1: no store below. A table descriptor has no access flag without FEAT_HAFT.
  tableEntries: { permit: true },
  // DDI 0487 D8.16: TLBI IPAS2E1 need not take translations of both stages together; TLBI VMALLE1 does.
  combinesStages: true,
  layout: arm64Layout,
  values: arm64Values,
  cont: { ptes: 16, mayDiffer: MAY_DIFFER },
  ops: (m) => new Arm64Ops(m),
  pmdOps: arm64PmdOps,
  malformed,
  omits: OMITS,
} satisfies Partial<ArchSpec>;

/**
 * arm64 with hardware access flag and dirty state (FEAT_HAFDBS), 4 KiB pages and contiguous blocks.
 */
export const arm64Contpte: ArchPlugin = defineArch({
  ...common,
  id: 'arm64-contpte',
  title: 'arm64, contiguous PTEs, hardware access flag and dirty state',
  capabilities: [...CAPABILITIES, 'hwAccess', 'hwDirty'],
  walker: arm64Walker({ ha: true, hd: true }),
  mutants: [...CONTPTE_MUTANTS, ...HARDWARE_MUTANTS],
  linux: linuxReleases(true),
});

/**
 * The same kernel on a CPU without FEAT_HAFDBS: AF = 0 and AP[2] = 1 fault, and the fault handler sets
 * what the hardware would.
 */
export const arm64ContpteSw: ArchPlugin = defineArch({
  ...common,
  id: 'arm64-contpte-sw',
  title: 'arm64, contiguous PTEs, access flag and dirty state by faults',
  capabilities: CAPABILITIES,
  walker: arm64Walker({ ha: false, hd: false }),
  mutants: CONTPTE_MUTANTS,
  linux: linuxReleases(false),
});

/**
 * `arm64-contpte` on a CPU with FEAT_BBM: at level 2 a leaf may become a table, and a table a leaf, without a break, and
 * both sizes may be cached meanwhile. If it `aborts`, an access that finds both takes a TLB conflict abort. Not one of
 * the registered plug-ins: give it to a run of your own.
 */
export const arm64ContpteBbm = (level: 0 | 1 | 2, aborts = true): ArchPlugin =>
  defineArch({
    ...arm64Contpte,
    id: `arm64-contpte-bbm${level}${level === 2 && !aborts ? '-noabort' : ''}`,
    title: `arm64, contiguous PTEs, FEAT_BBM level ${level}${level === 2 && !aborts ? ', no conflict abort' : ''}`,
    bbm: { level, aborts },
  });

/**
 * `arm64-contpte` on a core whose DSB may complete before stores of other CPUs that the TLBI before it covers; with `repeated`
 * the kernel makes both twice. Not one of the registered plug-ins: give it to a run of your own.
 */
export const arm64RepeatTlbi = (repeated = true): ArchPlugin =>
  defineArch({
    ...arm64Contpte,
    id: `arm64-contpte-${repeated ? 'repeat-tlbi' : 'early-dsb'}`,
    title: `arm64, contiguous PTEs, a DSB that completes early${repeated ? ', TLBI and DSB made twice' : ''}`,
    tlbiErratum: repeated ? 'repeated' : 'bare',
  });
