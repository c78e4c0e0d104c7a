/** What every x86 plug-in shares. */
import { type ArchSpec, type Capability, HARDWARE_FILLED_TLB, singleBitWalker } from '@racewalk/core';
import { type X86StyleOptions, x86StyleBits, x86StyleLayout } from './layout.js';
import { X86StylePmdOps } from './pmd-ops.js';
import { x86StylePmdValues } from './pmd-values.js';
import { x86StyleMalformed, x86StyleValues } from './values.js';

/** SDM 4.10.4.1: INVLPG also invalidates all paging-structure caches of its PCID, whatever the address. */
export const X86_TLB: readonly Capability[] = Object.freeze([
  ...HARDWARE_FILLED_TLB,
  'pageFlushDropsWalkCaches',
]);

/** What 64-bit x86 with 4-level paging can do under Linux 6.12. */
export const X86_64_CAPABILITIES: readonly Capability[] = Object.freeze([
  'hwAccess',
  'hwDirty',
  'ipiFlush',
  'faultDropsTlb',
  ...X86_TLB,
  'spaceTags',
  'uffdWp',
  'pudLeaf',
  'pudThp',
  'hugePfnmap',
  'thpMigration',
  'devmap',
]);

/** The parts of a plug-in that follow from which x86 it is. */
export type X86StyleSpec = Pick<
  ArchSpec,
  | 'memory'
  | 'layout'
  | 'values'
  | 'walker'
  | 'malformed'
  | 'pmdValues'
  | 'pmdOps'
  | 'fixSpuriousFault'
  | 'tableEntries'
  | 'faultDoesNotRecur'
>;

/** Layout, values, walker, operations on huge pages and memory order of one x86. */
export function x86StyleSpec(options: X86StyleOptions = {}): X86StyleSpec {
  const b = x86StyleBits(options);
  const layout = x86StyleLayout(options);
  return {
    memory: 'tso',
    // arch/x86/include/asm/pgtable.h: the fault itself has dropped the translation.
    fixSpuriousFault: 'none',
    // SDM 4.10.4.1: a fault invalidates what it came from, which ensures that it will not recur if the instruction is executed
    // again and the structures in memory do not cause it.
    faultDoesNotRecur: true,
    layout,
    values: x86StyleValues(layout, b),
    // Intel SDM vol. 3A 4.6 (access rights) and 4.8 (accessed and dirty flags): both are set by a locked
    // update, D only while the entry in memory is present and writable.
    walker: singleBitWalker({
      valid: b.PRESENT,
      user: b.USER,
      write: b.RW,
      young: b.ACCESSED,
      dirty: b.DIRTY,
      setsYoung: true,
      setsDirty: true,
    }),
    malformed: x86StyleMalformed(b),
    // SDM 4.6.1: a store needs R/W in every entry of the walk. 4.8: A is set in each of them.
    tableEntries: { permit: true, access: true },
    pmdValues: x86StylePmdValues(b),
    pmdOps: (m, level) => new X86StylePmdOps(m, level),
  };
}
