import { type ArchPlugin, defineArch } from '@racewalk/core';
import { PAE_MUTANTS } from './mutants/pae.js';
import { X86_LINUX, X86_MUTANTS } from './mutants/shared.js';
import { PaeOps, PaePmdOps } from './pae-ops.js';
import { X86StyleOps } from './x86-style/ops.js';
import { X86_64_CAPABILITIES, X86_TLB, x86StyleSpec } from './x86-style/spec.js';

const OMITS: readonly string[] = Object.freeze([
  'stores of user code wait in no store buffer: only the operations of the kernel do',
  'IPI-less invalidation: INVLPGB, remote flushes deferred to the next switch; paravirtual flushes only where a race sets them',
  'lazy TLB mode, PCIDs and the choice of CPUs to interrupt: every CPU of the model is interrupted',
  'interrupts that are off and hold up a flush, but in the races that follow them',
  'paging-structure caches and page tables that are freed, but in the races that have an upper level',
  'shadow stacks: the encoding R/W = 0 with D = 1 is reported, but means nothing to the walker',
  'the Knights Landing erratum: A and D are never set in an entry that was emptied meanwhile',
  'supervisor access, protection keys, SMEP and SMAP, execution',
  'nested paging and the A and D bits of EPT',
]);

/** x86 with 4-level paging: 64-bit entries in one access, total store order, flushes by interrupt. */
export const x86_64: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  id: 'x86-64',
  title: 'x86-64, 4-level paging',
  capabilities: X86_64_CAPABILITIES,
  ops: (m) => new X86StyleOps(m),
  mutants: X86_MUTANTS,
  linux: X86_LINUX,
  omits: OMITS,
});

/** x86 with PAE paging on a 32-bit kernel: 64-bit entries, moved as two halves. */
export const x86Pae: ArchPlugin = defineArch({
  ...x86StyleSpec({ pae: true }),
  id: 'x86-pae',
  title: 'x86, PAE paging, entries in two halves',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'faultDropsTlb', 'splitEntries', ...X86_TLB],
  ops: (m) => new PaeOps(m),
  pmdOps: (m, level) => new PaePmdOps(m, level),
  mutants: [...X86_MUTANTS, ...PAE_MUTANTS],
  linux: X86_LINUX,
  omits: [
    ...OMITS,
    'swap offsets above 27 bits, which a 32-bit swp_entry_t cannot hold',
    'locked operations on the low half alone: they are modelled on the whole entry',
  ],
});
