/** `pmd_*` of x86, where the frame has fewer bits than in a page entry. */
import { bits, type PmdValues, type PteWord, pteAndNot, pteAny } from '@racewalk/core';
import type { X86StyleBits } from './layout.js';

/** The part of the frame number that an entry for a 2 MiB page does not have. */
const BELOW_HUGE = bits(12, 20);

/**
 * `pmd_mkinvalid` takes the frame out of the entry and puts it back. `pmd_pfn` looks at PSE to know how wide the frame is;
 * `pfn_pmd` always masks with that of a 2 MiB page. So in an entry without PSE, which is what a migration entry is,
 * bits 20:12 are lost: low bits of the (inverted) swap offset. (arch/x86/include/asm/pgtable.h, Linux 6.12:
 * `pmd_pfn`, `pfn_pmd`, `pmd_mkinvalid`.) Nothing loses them in a leaf; the frames of a model need not be aligned
 * to 2 MiB, and there the generic helper is right.
 */
export const x86StylePmdValues =
  (b: X86StyleBits) =>
  (generic: PmdValues): Partial<PmdValues> => ({
    pmdMkinvalid(pmd: PteWord): PteWord {
      const invalid = generic.pmdMkinvalid(pmd);
      return pteAny(pmd, b.PSE) ? invalid : pteAndNot(invalid, BELOW_HUGE);
    },
  });
