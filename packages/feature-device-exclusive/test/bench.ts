/** A world, a machine and a run alone, for tests of operations. */
import type { ArchPlugin, InvariantCode, Ptep, PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Frame, initialMemory, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { linux } from '@racewalk/mm';

/** One world under test. */
export interface Bench<S> {
  readonly w: World;
  readonly s: S;
  /** A machine on a CPU without a TLB. */
  readonly m: () => Machine;
  /** Run alone from where the last run ended; answers what the body answered. */
  readonly run: <T>(body: (m: Machine) => Step<T>) => T;
  readonly pte: (ptep: Ptep) => PteWord;
  readonly word: (cell: number) => number;
  readonly faults: () => readonly string[];
  /** The labels of all steps so far. */
  readonly labels: () => readonly string[];
}

/** Build a world and run operations on it, one after the other. */
export function bench<S>(
  arch: ArchPlugin,
  invariants: readonly InvariantCode[],
  setup: (w: World) => S,
): Bench<S> {
  const w = new World(arch, { block: 4 }, [1, 2], invariants);
  linux(w);
  const s = setup(w);
  w.seal();
  const entries = wordEntries(w);
  let memory = initialMemory(w.cells.cells);
  const faults: string[] = [];
  const labels: string[] = [];
  const m = () => new Machine(w, 0, entries);
  return {
    w,
    s,
    m,
    run: (body) => {
      const r = runAlone(w.cells.cells, () => body(m()), { memory });
      memory = r.memory as Int32Array<ArrayBuffer>;
      faults.push(...r.faults.map((f) => f.code));
      labels.push(...r.steps.map((step) => step.op.label));
      return r.value;
    },
    pte: (ptep) => w.entryIn((cell) => memory[cell] ?? 0, ptep),
    word: (cell) => memory[cell] ?? 0,
    faults: () => faults,
    labels: () => labels,
  };
}

/** The counts of a page's folio. */
export const countsOf = (b: Bench<unknown>, { folio }: Frame): { refs: number; maps: number } => ({
  refs: b.word(folio.refcount),
  maps: b.word(folio.mapcount),
});
