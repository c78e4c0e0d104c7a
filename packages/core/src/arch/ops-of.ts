/** The operations of a plug-in on a machine: its own, or the defaults. */

import type { EntryMachine } from '../ops/entry-machine.js';
import { GenericPteOps } from '../ops/generic.js';
import { GenericHugePteOps } from '../ops/hugetlb.js';
import { ContHugePteOps } from '../ops/hugetlb-cont.js';
import type { HugePteOps } from '../ops/hugetlb-ops.js';
import { GenericPmdOps } from '../ops/pmd.js';
import { AtomicPmdOps } from '../ops/pmd-atomic.js';
import type { PmdOps } from '../ops/pmd-ops.js';
import type { PteOps } from '../ops/pte-ops.js';
import type { UpperLevel } from '../pte/upper.js';
import type { ArchPlugin } from './plugin.js';

/** The operations on page entries that a plug-in has on a machine. */
export const pteOpsOf = (arch: ArchPlugin, m: EntryMachine): PteOps => arch.ops?.(m) ?? new GenericPteOps(m);

/** The same for one upper level: exchanges where the hardware sets access or dirty state. */
export function pmdOpsOf(arch: ArchPlugin, m: EntryMachine, level: UpperLevel): PmdOps {
  const live = arch.has('hwAccess') || arch.has('hwDirty');
  return arch.pmdOps?.(m, level) ?? (live ? new AtomicPmdOps(m, level) : new GenericPmdOps(m, level));
}

/** The same for hugetlb entries: pages of several entries where there are contiguous blocks. */
export const hugeOpsOf = (arch: ArchPlugin, m: EntryMachine): HugePteOps =>
  arch.hugeOps?.(m) ?? (arch.has('contPte') ? new ContHugePteOps(m) : new GenericHugePteOps(m));
