/** Mutants of a flush: a CPU that it does not reach. */
import type { Patch } from '../agent/patch.js';
import type { Mutant } from './variant.js';

/** No flush reaches this CPU. */
export const leavesOutOfFlushes = (cpu: number): Patch => ({
  flushTargets: (m) => m.k.flushTargets().filter((target) => target !== cpu),
});

/** A flush leaves out `cpu`, which `who` names; the one that makes it is CPU 0. A page is freed afterwards. */
export const leavesOut = (
  cpu: number,
  who: string,
): Pick<Mutant<unknown>, 'what' | 'breaks' | 'why' | 'patch'> => ({
  what: `the flush leaves out ${who}`,
  breaks: 'UAF',
  why:
    cpu === 0
      ? 'user code on that CPU shares its TLB with the kernel'
      : 'its TLB may have the translation, too',
  patch: leavesOutOfFlushes(cpu),
});
