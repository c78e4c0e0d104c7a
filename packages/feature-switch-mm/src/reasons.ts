/** Why a mutant is harmless on an architecture, for the races of this package. */
import type { ArchReason } from '@racewalk/machine';
import { byGeneration, byMask } from './setup.js';

/** Nobody asks which CPU has the address space. */
export const noMask: ArchReason = (arch) =>
  byMask(arch) ? null : 'an invalidation is broadcast to every CPU: no mask is asked';

/** Every load of a root empties the TLB. */
export const noTags: ArchReason = (arch) =>
  arch.has('spaceTags') ? null : 'the load of a root drops everything: there are no tags';

/** Nothing is cached but by the accesses of user code. */
export const noSpeculation: ArchReason = (arch) =>
  arch.has('speculativeFill') ? null : 'nothing fills the TLB before user code runs';

/** Stores are seen in order, and at once. */
export const noStoreBuffer: ArchReason = (arch) =>
  arch.memory === 'sc' ? 'stores are explored under sequential consistency' : null;

/** No CPU counts flushes. */
export const noGenerations: ArchReason = (arch) =>
  byGeneration(arch) ? null : 'CPUs that run a kernel thread are told of flushes like all others';
