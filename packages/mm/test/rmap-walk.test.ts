/** Walks of the reverse map, taking a folio out of its cache, and pages found by their address. */
import { addrOf, PTE_ZERO, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine as M, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { FOLL_GET, FOLL_WRITE, linux, PageFlag } from '@racewalk/mm';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const arch = exchangeToy();

describe('rmap_walk', () => {
  /** One folio of two pages that three areas map, of a file or of none. */
  function world(file: boolean) {
    const w = new World(arch, { block: 1 }, [1], []);
    linux(w);
    const mapping = file ? { mapping: w.addressSpace(), shared: true } : {};
    const folio = linux(w).folio({ pages: 2 });
    const areas = [0, 1, 2].map((i) => {
      const vma = w.vma({ pages: 3, start: 0x100 * (i + 1), mm: w.mm(`mm${i}`), ...mapping });
      linux(w).mapFolio(vma, folio, { at: i === 2 ? 1 : 0 });
      return vma;
    });
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const walk = (
      control: Partial<{ stopAt: Vma; doneAfter: number; invalid: Vma }>,
      which: 'rmapWalk' | 'rmapWalkLocked' = 'rmapWalk',
    ) => {
      const seen: [Vma, number][] = [];
      const { steps } = runAlone(w.cells.cells, () =>
        m.k[which](folio, {
          // biome-ignore lint/correctness/useYield: looks at nothing
          *rmapOne(_folio, vma, address): Step<boolean> {
            seen.push([vma, address]);
            return vma !== control.stopAt;
          },
          // biome-ignore lint/correctness/useYield: looks at nothing
          *done(): Step<boolean> {
            return seen.length === control.doneAfter;
          },
          invalidVma: (vma) => vma === control.invalid,
        }),
      );
      return { seen, labels: steps.map((s) => s.op.label) };
    };
    return { w, folio, areas, walk };
  }

  it('visits every area, at the address of the first page there', () => {
    const { areas, walk } = world(true);
    expect(walk({}).seen).toEqual(areas.map((vma, i) => [vma, addrOf(vma.start + (i === 2 ? 1 : 0))]));
  });

  it('ends where it is told to, and skips what it is told to', () => {
    const { areas, walk } = world(true);
    const visited = (control: Parameters<typeof walk>[0]) =>
      walk(control).seen.map(([vma]) => areas.indexOf(vma));
    expect(visited({ stopAt: areas[1]! })).toEqual([0, 1]);
    expect(visited({ doneAfter: 1 })).toEqual([0]);
    expect(visited({ invalid: areas[0]! })).toEqual([1, 2]);
  });

  it('holds the lock of the file meanwhile, of which anonymous memory has none', () => {
    expect(world(true).walk({}).labels).toHaveLength(2);
    expect(world(true).walk({}, 'rmapWalkLocked').labels).toEqual([]);
    expect(world(false).walk({}).labels).toEqual([]);
  });
});

describe('getUserPagesRemote', () => {
  function world(spec: { write?: boolean; dirty?: boolean; young?: boolean; pages?: number }) {
    const w = new World(arch, { block: 1 }, [1], []);
    linux(w);
    const vma = w.vma({ pages: 2 });
    const folio = linux(w).folio({ pages: 2 });
    linux(w).mapFolio(vma, folio, spec);
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const run = <T>(body: (machine: M) => Step<T>) => runAlone(w.cells.cells, () => body(m));
    return { w, vma, folio, run };
  }

  it('returns a writable page with a reference, and marks it where its entry does not', () => {
    for (const dirty of [true, false]) {
      const s = world({ write: true, dirty });
      const [page] = s.folio.frames;
      const { value, memory } = s.run((m) =>
        m.k.getUserPagesRemote(s.vma, s.vma.start, FOLL_GET | FOLL_WRITE),
      );
      expect(value).toBe(page);
      expect(memory[s.folio.refcount]).toBe(3);
      expect(((memory[page!.cell] ?? 0) & PageFlag.DIRTY) !== 0).toBe(!dirty);
      expect(memory[s.vma.table.ptl]).toBe(0);
    }
  });

  it('returns nothing where nothing is mapped, or the entry forbids stores, and leaves no lock', () => {
    for (const spec of [{ pages: 0 }, { write: false }]) {
      const s = world(spec);
      const { value, memory } = s.run((m) =>
        m.k.getUserPagesRemote(s.vma, s.vma.start, FOLL_GET | FOLL_WRITE),
      );
      expect([value, memory[s.folio.refcount] ?? 0, memory[s.vma.table.ptl]]).toEqual([
        null,
        s.w.cells.cells[s.folio.refcount]?.initial,
        0,
      ]);
    }
  });

  it('vm_normal_page is the page of a present entry', () => {
    const s = world({ write: true });
    const m = new Machine(s.w, 0, wordEntries(s.w));
    const pte = s.w.entryIn((cell) => s.w.cells.cells[cell]?.initial ?? 0, s.vma.table.entries[1]!);
    expect(m.k.vmNormalPage(pte)).toBe(s.folio.frames[1]);
    expect([m.k.vmNormalPage(PTE_ZERO), m.k.vmNormalPage(m.v.pteAdvancePfn(pte, 0x1000))]).toEqual([
      null,
      null,
    ]);
  });
});
