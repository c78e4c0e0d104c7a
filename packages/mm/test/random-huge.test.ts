/**
 * Functions of mm on an area that may have a huge page, one after the other, in any order and alone: at every level what is
 * mapped is what was stored, and every account adds up.
 */
import { addrOf, type PteWord, type Vma } from '@racewalk/core';
import type { FaultSink, Step } from '@racewalk/core/step';
import { Machine, MemoryView, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { linux, upperLevel } from '@racewalk/mm';
import { exchangeToy, interruptingToy } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Op =
  | { readonly does: 'store' | 'load'; readonly page: number }
  | { readonly does: 'split' | 'zap' | 'clean' | 'protect' | 'forbid' };

const anyOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('store', 'load'), page: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('split', 'zap', 'clean', 'protect', 'forbid') }),
  },
) as fc.Arbitrary<Op>;

const CONTENTS = [1, 2];

function programs(arch: ReturnType<typeof exchangeToy>, file: boolean) {
  const w = new World(arch, { block: 1 }, [1], ['RMAP', 'UAF', 'STALE', 'PERM', 'PTUAF']);
  linux(w);
  const vma = w.vma({ pages: 2, ...(file ? { mapping: w.addressSpace(), shared: true } : {}) });
  const slot = upperLevel(w, vma, { leads: 'none' });
  const { pmdp } = slot;
  // The cache of a file has a reference of its own.
  const cache = Number(file);
  const folio = linux(w).folio({ pages: 2, huge: true, contents: CONTENTS, refcount: 1 + cache });
  linux(w).mapFolio(vma, folio, { huge: true });
  w.seal();
  const { pmd: p, values: v } = arch;
  const machines = [0, 1].map((cpu) => new Machine(w, cpu, wordEntries(w)));
  const faults: string[] = [];
  let memory: Int32Array | undefined;
  const get = (cell: number) => memory?.[cell] ?? w.cells.cells[cell]?.initial ?? 0;
  const run = <T>(cpu: number, body: (m: Machine) => Step<T>): T => {
    const ran = runAlone(w.cells.cells, () => body(machines[cpu]!), memory === undefined ? {} : { memory });
    ({ memory } = ran);
    faults.push(...ran.faults.map(({ code, message }) => `${code}: ${message}`));
    return ran.value;
  };
  const upper = () => w.entryIn(get, pmdp);
  const entry = (page: number): PteWord => w.entryIn(get, vma.table.entries[page]!);
  const isHuge = () => p.pmdTransHuge(upper());
  const isTable = () => !p.pmdNone(upper()) && !isHuge();
  /** What maps a page now: frame, whether it may be written, and whether it is dirty. */
  const mapped = (page: number) => {
    if (isHuge()) {
      const pmd = upper();
      return { pfn: p.pmdPfn(pmd) + page, write: p.pmdWrite(pmd), dirty: p.pmdDirty(pmd) };
    }
    const pte = isTable() ? entry(page) : null;
    if (pte === null || !v.ptePresent(pte)) return null;
    return { pfn: v.ptePfn(pte), write: v.pteWrite(pte), dirty: v.pteDirty(pte) };
  };
  const pages = (area: Vma) => area.table.entries.map((_, page) => mapped(page));

  const expected: number[] = [...CONTENTS];
  /** Whether a page was stored to since somebody cleaned its entries. */
  const stored = [false, false];
  let [value, present, writable] = [10, true, true];

  const PERFORM: { readonly [D in Op['does']]: (op: Op & { page?: number }) => void } = {
    load({ page = 0 }) {
      if (present) expect(run(1, (m) => new UserCpu(m, vma).load(page))).toBe(true);
    },
    store({ page = 0 }) {
      if (!present) return;
      value++;
      expect(run(1, (m) => new UserCpu(m, vma).store(page, value))).toBe(writable);
      if (!writable) return;
      expected[page] = value;
      stored[page] = true;
      expect(mapped(page)?.dirty).toBe(true);
    },
    split() {
      const before = pages(vma);
      run(0, (m) => m.k.__splitHugePmd(vma, pmdp));
      expect(isHuge()).toBe(false);
      if (!file) {
        expect(pages(vma)).toEqual(before);
        return;
      }
      // Pages of a file come back by faults.
      if (before[0] !== null) expect(pages(vma)).toEqual([null, null]);
      present = false;
    },
    zap() {
      run(0, (m) => m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end)));
      expect(pages(vma)).toEqual([null, null]);
      present = false;
    },
    clean() {
      const was = pages(vma).some((page) => page !== null && (page.write || page.dirty));
      const cleaned = run(0, function* (m) {
        yield* m.lock(folio.lock);
        const result = yield* m.k.folioMkclean(folio);
        yield* m.unlock(folio.lock);
        return result;
      });
      // Only pages of files are written back.
      expect(cleaned).toBe(file && was);
      if (!file) return;
      for (const page of pages(vma))
        expect([page?.write ?? false, page?.dirty ?? false]).toEqual([false, false]);
      writable = false;
    },
    protect() {
      change(true);
    },
    forbid() {
      change(false);
    },
  };

  /** mprotect, at the level where the page is mapped. */
  const change = (write: boolean) => {
    const before = pages(vma);
    const prot = { ...vma.prot, write };
    if (isTable()) run(0, (m) => m.k.doMprotectPkey([vma], prot));
    else {
      const done = run(0, function* (m) {
        const was = yield* m.k.changeHugePmd(vma, pmdp, prot);
        yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
        return was;
      });
      expect(done).toBe(isHuge());
    }
    const after = pages(vma);
    expect(after.map((page) => page?.pfn)).toEqual(before.map((page) => page?.pfn));
    expect(after.map((page) => page?.dirty)).toEqual(before.map((page) => page?.dirty));
    if (!write) expect(after.some((page) => page?.write === true)).toBe(false);
    writable = present && after.every((page) => page?.write === true);
  };

  const check = (): void => {
    const now = pages(vma);
    expect(now.map((page) => page !== null)).toEqual([present, present]);
    for (const [page, is] of now.entries()) {
      const { pfn, data } = folio.frames[page]!;
      if (is !== null) expect(is.pfn).toBe(pfn);
      expect(get(data)).toBe(expected[page]);
      for (const cached of w.tlbs.translations(get, 1, vma.mm, vma.start + page)) {
        expect(v.ptePfn(cached)).toBe(is?.pfn);
        if (v.pteWrite(cached)) expect(is?.write).toBe(true);
      }
    }
    const mappings = isHuge() ? 1 : now.filter((page) => page !== null).length;
    expect([get(folio.mapcount), get(folio.refcount)]).toEqual([mappings, mappings + cache]);
    expect(
      w.cells.cells.flatMap(({ role, name }, cell) => (role?.is === 'lock' && get(cell) ? [name] : [])),
    ).toEqual([]);
    const sink: FaultSink = { fail: (code, message) => void faults.push(`${code}: ${message}`) };
    const view = new MemoryView().at(
      Int32Array.from(w.cells.cells, (_, cell) => get(cell)),
      0,
    );
    for (const observer of w.observers) observer.end?.(view, sink);
    expect(faults).toEqual([]);
    // A table is put aside as long as there is a huge page of private memory, and is the entry's or free else.
    if (!file) expect(run(0, (m) => peek(m))).toBe(isHuge());
  };
  function* peek(m: Machine): Step<boolean> {
    const table = yield* m.k.pgtableTransHugeWithdraw(pmdp);
    if (table !== null) yield* m.k.pgtableTransHugeDeposit(pmdp, table);
    return table !== null;
  }
  return { perform: (op: Op) => PERFORM[op.does](op), check };
}

describe.each([
  ['flushes are broadcast', exchangeToy],
  ['flushes interrupt', interruptingToy],
] as const)('functions of mm on a huge page alone, where %s', (_, arch) => {
  it.each([
    ['private memory', false],
    ['a file', true],
  ])('keep what was stored, and every account, of %s', (_name, file) => {
    fc.assert(
      fc.property(fc.array(anyOp, { minLength: 1, maxLength: 7 }), (ops) => {
        const { perform, check } = programs(arch(), file);
        check();
        for (const op of ops) {
          perform(op);
          check();
        }
      }),
      { numRuns: 150 },
    );
  });
});
