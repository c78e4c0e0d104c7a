/** The operations of a plug-in on a machine: its own, or the defaults. */

import type { EntryMachine } from '../ops/entry-machine.js';
import { GenericPteOps } from '../ops/generic.js';
import { GenericHugePteOps } from '../ops/hugetlb.js';
import { ContHugePteOps } from '../ops/hugetlb-cont.js';
import { GenericPmdOps } from '../ops/pmd.js';
import { AtomicPmdOps } from '../ops/pmd-atomic.js';
import type { PmdOps } from '../ops/pmd-ops.js';
import { pudOps } from '../ops/pud.js';
import type { UpperLevel } from '../pte/upper.js';
import type { ArchPlugin } from './plugin.js';

/** Makes each table of operations that a plug-in has on a machine. */
export const opsOf = (arch: ArchPlugin) => ({
  /** On page entries. */
  pte: (m: EntryMachine): EntryMachine['pte'] => arch.ops?.(m) ?? new GenericPteOps(m),

  /** On entries of one upper level: exchanges where the hardware sets access or dirty state. */
  upper(m: EntryMachine, level: UpperLevel): PmdOps {
    const live = arch.has('hwAccess') || arch.has('hwDirty');
    return arch.pmdOps?.(m, level) ?? (live ? new AtomicPmdOps(m, level) : new GenericPmdOps(m, level));
  },

  /** On PUD entries: those of that level, under the names they have there. */
  pud: (ops: PmdOps): EntryMachine['pud'] => pudOps(ops),

  /** On hugetlb entries: pages of several entries where there are contiguous blocks. */
  huge: (m: EntryMachine): EntryMachine['huge'] =>
    arch.hugeOps?.(m) ?? (arch.has('contPte') ? new ContHugePteOps(m) : new GenericHugePteOps(m)),
});
