/** Accesses of the kernel to its own memory, page by page. */
import { addrOf, defineArch, ptepOf } from '@racewalk/core';
import { KernelCpu, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const early = defineArch({ ...flatToy, id: 'early', earlyWalks: true });

/** An area of three pages of which one is mapped, and the kernel on a CPU that may begin to walk early. */
function area(mapped: number) {
  const w = new World(early, { block: 1 }, [0], ['STALE']);
  const vma = w.vma({ pages: 3, start: 0x10, mm: w.mm('init_mm'), flags: { global: true } });
  w.mapFrames(vma, w.frames.add({ pages: 1 }), { at: mapped, write: true, young: true, dirty: true });
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  return { w, vma, m, cpu: new KernelCpu(m, vma) };
}

describe('an early walk', () => {
  it.each([0, 1, 2])('is of the page that is accessed later, and of no other (%d mapped)', (mapped) => {
    for (const page of [0, 1, 2]) {
      const { w, vma, m, cpu } = area(mapped);
      runAlone(w.cells.cells, () => cpu.begins(page), { choose: () => 1 });
      // What a walk has found is translated anew when it is accessed; that it found nothing is remembered.
      const kept = [...(m.earlyWalks ?? [])];
      expect(kept).toEqual(page === mapped ? [] : [ptepOf(vma, vma.start + page)]);
    }
  });

  it('is a stale fault once the page is mapped, until a barrier', () => {
    const { w, vma, m, cpu } = area(0);
    const { faults } = runAlone(
      w.cells.cells,
      function* () {
        yield* cpu.begins(1);
        const entry = yield* m.pte.ptepGet(ptepOf(vma, vma.start));
        yield* m.pte.setPteAt(vma.mm, addrOf(vma.start + 1), ptepOf(vma, vma.start + 1), entry);
        yield* cpu.load(1);
      },
      { choose: () => 1 },
    );
    expect(faults.map(({ code, message }) => [code, message.includes('pte[1]')])).toEqual([['STALE', true]]);
  });
});

it('loads and stores reach what is mapped, and fault elsewhere', () => {
  const { w, cpu } = area(1);
  const did = (how: 'load' | 'store') =>
    [0, 1, 2].map((page) => runAlone(w.cells.cells, () => cpu[how](page)).value);
  expect([did('load'), did('store')]).toEqual([
    [false, true, false],
    [false, true, false],
  ]);
});

it('bookkeeping of observers is told apart from memory', () => {
  const { w } = area(0);
  const cell = w.ghost('what somebody has seen');
  const word = w.word('what memory holds');
  expect([cell, word].map((c) => w.cells.cells[c]?.ghost ?? false)).toEqual([true, false]);
});
