/** One mapped page, a machine to run operations on it, and a hardware store to put in between. */
import { type ArchPlugin, addrOf, type PteWord, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  describePte,
  halvesEntries,
  initialMemory,
  intrudeAt,
  Machine,
  type MapSpec,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';

export function bench(arch: ArchPlugin, spec: MapSpec = {}) {
  const w = new World(arch, {}, [1], []);
  const vma = w.vma({ pages: 2 });
  const mapped = w.frames.add({ pages: 4 });
  w.mapFrames(vma, mapped, { ...spec, pages: 2 });
  w.seal();
  const entries = arch.has('splitEntries') ? halvesEntries(w) : wordEntries(w);
  const m = new Machine(w, 0, entries);
  const user = new Machine(w, 1, entries);
  const ptep = ptepOf(vma, vma.start);
  let memory: Int32Array = initialMemory(w.cells.cells);
  const entry = (): PteWord => w.entryIn((cell) => memory[cell] ?? 0, ptep);
  return {
    w,
    m,
    vma,
    mm: vma.mm,
    mapped,
    ptep,
    addr: addrOf(vma.start),
    entry,
    text: () => describePte(arch, entry()),
    run<T>(body: () => Step<T>): T {
      const done = runAlone(w.cells.cells, body, { memory });
      memory = done.memory;
      return done.value;
    },
    labels: (body: () => Step<unknown>) =>
      runAlone(w.cells.cells, body, { memory }).steps.map((s) => s.op.label),
    /** The operation with a store of another CPU before step `at`; answers whether the store was made. */
    runWithStore<T>(body: () => Step<T>, at: number): { value: T; stored: boolean } {
      let stored = false;
      const store = function* (): Step<void> {
        stored = yield* new UserCpu(user, vma, { faults: false }).store(0);
      };
      const done = runAlone(w.cells.cells, () => intrudeAt(body(), at, store), { memory });
      memory = done.memory;
      return { value: done.value, stored };
    },
  };
}

export type Bench = ReturnType<typeof bench>;
