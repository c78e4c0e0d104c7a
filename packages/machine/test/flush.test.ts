/** Which words of which CPUs a flush empties. */
import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type Machine as M,
  Machine,
  runAlone,
  UserCpu,
  World,
  waitedFor,
  wordEntries,
} from '@racewalk/machine';
import { exchangeToy, interruptingToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const archs = [exchangeToy(), interruptingToy()];
const CPUS = [1, 2, 3];

describe.each(archs)('$id', (arch) => {
  /** Three pages that user threads on three CPUs have read, by way of a table that is followed. */
  function used() {
    const w = new World(arch, { block: 1 }, CPUS, []);
    const vma = w.vma({ pages: 3 });
    w.mapFrames(vma, w.frames.add({ pages: 3 }), { young: true });
    const pmd = w.pmds.add(vma);
    w.seal();
    const m = (cpu: number) => new Machine(w, cpu, wordEntries(w));
    const { memory } = runAlone(w.cells.cells, function* (): Step<void> {
      for (const cpu of CPUS) for (let i = 0; i < 3; i++) yield* new UserCpu(m(cpu), vma).load(i);
    });
    const after = (body: (kernel: M) => Step<void>) => {
      const end = runAlone(w.cells.cells, () => body(m(0)), { memory }).memory;
      const caches = w.pmds.of(vma.table)?.walkCaches;
      return {
        pages: CPUS.map((cpu) => [0, 1, 2].map((i) => end[w.tlbs.word(cpu, vma.mm, vma.start + i)] !== 0)),
        walks: CPUS.map((cpu) => end[caches?.get(cpu) ?? -1]),
      };
    };
    return { vma, pmd, after, at: (i: number) => addrOf(vma.start + i) };
  }

  const all = (value: unknown) => CPUS.map(() => value);

  it('keeps what was issued and is not complete where a search over states compares it', () => {
    const w = new World(arch, { block: 1 }, CPUS, []);
    const vma = w.vma({ pages: 3 });
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const issued = () => JSON.stringify(m.keeps, (key, value) => (key === 'vma' ? 'vma' : value));
    const before = issued();
    runAlone(w.cells.cells, () => m.tlb.flushTlbRangeNosync(vma, addrOf(vma.start), addrOf(vma.start + 2)));
    const between = issued();
    expect(between !== before).toBe(arch.has('broadcastTlbi'));
    runAlone(w.cells.cells, () => m.tlb.dsb());
    expect(issued()).not.toContain('"vma":"vma"');
  });

  it('starts from translations and walks on every CPU', () => {
    const s = used();
    expect(s.after(function* () {})).toEqual({ pages: all([true, true, true]), walks: all(1) });
  });

  it('a range leaves other pages alone, on every CPU', () => {
    const s = used();
    expect(s.after((m) => m.tlb.flushTlbRange(s.vma, s.at(1), s.at(2))).pages).toEqual(
      all([true, false, true]),
    );
    expect(s.after((m) => m.tlb.flushTlbRange(s.vma, s.at(0), s.at(2))).pages).toEqual(
      all([false, false, true]),
    );
    expect(s.after((m) => m.tlb.flushTlbRange(s.vma, s.at(1), s.at(3))).pages).toEqual(
      all([true, false, false]),
    );
  });

  it('a flush of the last level leaves the walk caches of every CPU, any other empties them', () => {
    const s = used();
    const range = (last: boolean) => s.after((m) => m.tlb.flushTlbRange(s.vma, s.at(0), s.at(3), last));
    expect(range(true)).toEqual({ pages: all([false, false, false]), walks: all(1) });
    expect(range(false)).toEqual({ pages: all([false, false, false]), walks: all(0) });
  });

  it('a flush of the address space empties everything', () => {
    const s = used();
    expect(s.after((m) => m.tlb.flushTlbMm(s.vma.mm))).toEqual({
      pages: all([false, false, false]),
      walks: all(0),
    });
  });
});

it('a flush by interrupts waits for every other CPU that may answer late', () => {
  const w = new World(interruptingToy(), { block: 1 }, CPUS, []);
  for (const cpu of CPUS) w.contexts.track(cpu);
  w.vma({ pages: 1 });
  w.seal();
  const waits = [0, ...CPUS].map((cpu) => waitedFor(new Machine(w, cpu, wordEntries(w))));
  expect(waits).toEqual([CPUS, [2, 3], [1, 3], [1, 2]]);
});
