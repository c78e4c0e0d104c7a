/** Whom a flush reaches. */
import type { Machine } from './types.js';

/** The CPUs that a flush of this CPU reaches: all, unless the plug-in says otherwise. */
export function flushTargets(m: Machine): readonly number[] {
  const { cpus } = m.world;
  return m.arch.flushTargets?.(m.cpu, cpus, m.calls.running) ?? cpus;
}

/** Called by name, so that a variant can leave a CPU out. */
export const FLUSH_TARGETS = { flushTargets } as const;

declare module '../agent/kernel.js' {
  interface KernelFunctions {
    /** Whom a flush of this CPU reaches. */
    readonly flushTargets: typeof flushTargets;
  }
}
