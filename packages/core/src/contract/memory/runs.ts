/** Listens to the runs of an operation that a law makes, so that a failing law can be told in bits. */
import type { ArchPlugin } from '../../arch/plugin.js';
import type { PteWord } from '../../pte/word.js';
import type { LawSample, ValueLaw } from '../row.js';
import type { Lab } from './lab.js';

/** One run of an operation on entries in memory. */
export interface MemoryRun {
  /** The entries operated on, before and after. */
  readonly before: readonly PteWord[];
  readonly after: readonly PteWord[];
  /** What the operation returned. */
  readonly value: unknown;
  /** Labels of the steps, those of the hardware included. */
  readonly steps: readonly string[];
}

let heard: MemoryRun[] | null = null;

/** Tell of a run, if anybody listens. */
export function hear(run: () => MemoryRun): void {
  heard?.push(run());
}

/** The runs that a law makes for a sample, in order; if it fails, the last is the one that failed. */
export function memoryRunsOf(
  law: ValueLaw,
  arch: ArchPlugin,
  sample: LawSample,
  lab: Lab,
): readonly MemoryRun[] {
  const runs: MemoryRun[] = [];
  heard = runs;
  try {
    law(arch, sample, lab);
  } finally {
    heard = null;
  }
  return runs;
}
