import type { ArchPlugin, LawSample, ValueLaw } from '@racewalk/core';
import { listen, type MemoryRun } from './heard.js';

/** The runs that a law makes for a sample, in order; if it fails, the last is the one that failed. */
export function memoryRunsOf(law: ValueLaw, arch: ArchPlugin, sample: LawSample): readonly MemoryRun[] {
  return listen(() => void law(arch, sample));
}
