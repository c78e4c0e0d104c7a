/** Switches of address spaces, tags and barriers. */
import type { Entry } from '../entry.js';

export const PART_D: readonly Entry[] = Object.freeze([
  {
    id: 'D1',
    name: 'switch-mm-dekker',
    title: 'A CPU marks itself late, and the flusher looks early',
    source: 'CVE-2016-2069, Linux 71b3c126e611, 83b0177a6c48',
    grade: 'T',
    breaks: ['STALE', 'UAF'],
    needs: [['ipiFlush']],
    where: 'where flushes are keyed on a CPU mask',
    decidedBy: [
      { test: 'switch/mask-before-load', broken: ['mask-first', 'mask-late', 'no-barrier'] },
      { test: 'switch/ran-before', broken: ['no-barrier', 'generation-not-read'] },
    ],
  },
  {
    id: 'D2',
    name: 'usemm-ipi-window',
    title: 'An IPI handler looks at a variable that is ahead of the hardware',
    source: 'Linux 38cf307c1f20, a665eec0a22e',
    grade: 'T',
    breaks: ['STALE', 'UAF'],
    needs: 'protocol',
    where:
      'where flushes are keyed on a CPU mask and the handler looks at a variable (x86, loongarch, mips, alpha)',
    decidedBy: [
      {
        test: 'switch/ran-before',
        broken: ['irqs-on'],
        but: 'a mask from which another CPU takes a bit (the trimming variant)',
      },
    ],
  },
  {
    id: 'D3',
    name: 'asid-rollover-tlbi',
    title: 'An invalidation is issued for the tag of yesterday',
    source: 'Linux 5e10f9887ed8 (5.15)',
    grade: 'H',
    breaks: ['STALE', 'UAF'],
    needs: 'protocol',
    where: 'where invalidations carry a tag of all CPUs (arm64, RISC-V)',
    decidedBy: [
      { test: 'switch/rollover-tlbi', broken: ['tag-first'] },
      { test: 'switch/tag-reuse', broken: ['not-flushed'] },
    ],
  },
  {
    id: 'D4',
    name: 'riscv-invalid-cached',
    title: 'A new valid entry, and a TLB that remembers it as invalid',
    source: 'arch/riscv/include/asm/pgtable.h; Svvptc (2024)',
    grade: 'T',
    breaks: ['LIVE'],
    needs: [['negativeCaching']],
    where: 'where invalid entries are cached',
    decidedBy: [
      {
        test: 'contpte/mixed-block',
        broken: ['no-fence-after-fault'],
        but: 'the mapping of the kernel itself, which no fault repairs',
      },
    ],
  },
  {
    id: 'D5',
    name: 'arm64-set-pte-isb',
    title: 'A barrier orders the store and not a walk that has begun',
    source: 'Linux d0b7a302d58a (5.4)',
    grade: 'H',
    breaks: ['STALE'],
    needs: 'protocol',
    where: 'arm64',
    decidedBy: [{ test: 'kernel/map-then-load', broken: ['no-isb'] }],
    found: 'two CPUs are not needed: the one that maps the page faults',
  },
]);
