/** One area over one or two runs of frames, and a machine to run operations on it alone. */
import {
  type ArchPlugin,
  addrOf,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  describePte,
  type FrameRun,
  Machine,
  type MapSpec,
  runAlone,
  World,
  wordEntries,
} from '@racewalk/machine';
import { arm64Contpte } from '../src/index.js';

export interface Bench {
  readonly w: World;
  readonly m: Machine;
  readonly vma: Vma;
  readonly mapped: FrameRun;
  readonly other: FrameRun;
  p(i: number): Ptep;
  a(i: number): Vaddr;
  /** Run on the current memory and keep what it leaves. */
  run<T>(body: () => Step<T>): T;
  /** Run on a copy of the current memory; answers the labels of the steps. */
  labels(body: () => Step<unknown>): string[];
  entry(i: number): PteWord;
  show(from?: number, to?: number): string[];
}

export interface BenchSpec extends MapSpec {
  readonly pages?: number;
  readonly block?: number;
  readonly arch?: ArchPlugin;
  /** Frames in front of the first one mapped. */
  readonly skew?: number;
  readonly map?: boolean;
}

export function bench(spec: BenchSpec = {}): Bench {
  // What an operation stores and invalidates, in its own order: when a TLBI completes is the weak order's business.
  const arch = { ...(spec.arch ?? arm64Contpte), memory: 'sc' as const };
  const pages = spec.pages ?? 4;
  const w = new World(arch, { block: spec.block ?? 4 }, [1], []);
  const vma = w.vma({ pages });
  const skew = spec.skew ?? 0;
  const mapped = w.frames.add({ pages: Math.max(pages, 4) + skew });
  const other = w.frames.add({ pages: Math.max(pages, 4) });
  if (spec.map !== false)
    w.mapFrames(vma, mapped, { ...spec, from: skew, pages: Math.min(pages, mapped.frames.length) });
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  let memory: Int32Array = Int32Array.from(w.cells.cells, (c) => c.initial);
  const p = (i: number) => ptepOf(vma, vma.start + i);
  const entry = (i: number) => pteById(memory[p(i).cell] ?? 0);
  return {
    w,
    m,
    vma,
    mapped,
    other,
    p,
    a: (i) => addrOf(vma.start + i),
    run(body) {
      const done = runAlone(w.cells.cells, body, { memory });
      memory = done.memory;
      return done.value;
    },
    labels: (body) => runAlone(w.cells.cells, body, { memory }).steps.map((s) => s.op.label),
    entry,
    show: (from = 0, to = pages) =>
      Array.from({ length: to - from }, (_, i) => describePte(arch, entry(from + i))),
  };
}
