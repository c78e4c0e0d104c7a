/** Mutants of a flush: a CPU that it does not reach. */
import type { Mutant } from './variant.js';

/** A flush leaves out `cpu`, which `who` names; the one that makes it is CPU 0. A page is freed afterwards. */
export const leavesOut = (
  cpu: number,
  who: string,
): Pick<Mutant<unknown>, 'what' | 'breaks' | 'why' | 'params'> => ({
  what: `the flush leaves out ${who}`,
  breaks: 'UAF',
  why:
    cpu === 0
      ? 'user code on that CPU shares its TLB with the kernel'
      : 'its TLB may have the translation, too',
  params: { flushSkips: cpu },
});
