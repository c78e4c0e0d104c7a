/** Listens to the runs of an operation, so that a failing law can be explained in bits. */
import type { PteWord } from '@racewalk/core';

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

/** Report a run, if a listener is set. */
export function hear(run: () => MemoryRun): void {
  heard?.push(run());
}

/** The runs made while `during` runs, in order. */
export function listen(during: () => void): readonly MemoryRun[] {
  const runs: MemoryRun[] = [];
  heard = runs;
  try {
    during();
  } finally {
    heard = null;
  }
  return runs;
}
