/**
 * Functions of mm one after the other, in any order and alone: what memory holds is what was stored, every account adds
 * up, no lock is left, and what a function returns is what it did.
 */
import { addrOf, type PteWord, ptepOf, type Vma } from '@racewalk/core';
import type { FaultSink, Step } from '@racewalk/core/step';
import { Machine, MemoryView, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import {
  FOLL_GET,
  FOLL_WRITE,
  followSlot,
  linux,
  pageCache,
  sparePages,
  storeHeld,
  swappedFault,
} from '@racewalk/mm';
import { exchangeToy, interruptingToy } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const PLACE = { type: 1, offset: 0x10 };
const EACH = 9;

/** A process with a page of its own and one of a file, and a child that has nothing yet but the page of the file. */
function processes(arch = exchangeToy()) {
  const w = new World(arch, { block: 1 }, [1, 2], ['RMAP', 'OWN', 'UAF', 'STALE', 'PERM']);
  linux(w);
  const mms = [w.mm('parent'), w.mm('child')];
  const slot = w.word('disk', 0);
  const place = followSlot(w, PLACE, 0);
  const backing = (of: string) => ({ cache: w.word(`${of} in swap cache`, 0), disk: [slot] });
  const own = mms.map((mm) => w.vma({ pages: 1, start: 0x200, mm, name: `${mm.name}'s` }));
  const mapping = w.addressSpace();
  const shared = mms.map((mm) =>
    w.vma({ pages: 1, start: 0x400, mm, name: `file of ${mm.name}`, mapping, shared: true }),
  );
  const page = linux(w).folio({ name: 'page', pages: 1, contents: [1], backing: backing('page') });
  linux(w).mapFolio(own[0]!, page, { dirty: true });
  const file = linux(w).folio({ name: 'file', pages: 1, contents: [2], mapcount: 2, refcount: 3 });
  pageCache(w, mapping, [file]);
  for (const vma of shared) linux(w).mapFolio(vma, file);
  const spares = Array.from({ length: 3 * EACH }, (_, i) => {
    const spare = { name: `spare${i}`, pages: 1, refcount: 1, mapcount: 0, contents: [0] };
    return linux(w).folio({ ...spare, backing: backing(spare.name) });
  });
  for (const folio of [page, ...spares])
    for (const vma of own)
      if (!folio.areas.some((area) => area.vma === vma)) folio.areas.push({ vma, start: vma.start });
  // Each CPU has pages of its own.
  for (const cpu of [0, 1, 2]) sparePages(w, cpu, spares.slice(cpu * EACH, (cpu + 1) * EACH));
  w.seal();
  return { w, mms, own, shared, page, file, slot, place, spares };
}

/** What each process sees at its own page, and what the file holds; null where the process has no page. */
interface Expected {
  own: (number | null)[];
  file: number;
}

type Op =
  | { readonly does: 'store' | 'load' | 'zap' | 'hold'; readonly who: number; readonly file: boolean }
  | { readonly does: 'fork' | 'reclaim' | 'clean' | 'write-out' | 'age' | 'protect' };

const anyOp: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    does: fc.constantFrom('store', 'load', 'zap', 'hold'),
    who: fc.nat(1),
    file: fc.boolean(),
  }),
  fc.record({ does: fc.constantFrom('fork', 'reclaim', 'clean', 'write-out', 'age', 'protect') }),
) as fc.Arbitrary<Op>;

function programs(arch: ReturnType<typeof exchangeToy>) {
  const s = processes(arch);
  const { w, own, shared } = s;
  const { values: v, swap } = arch;
  const faults: string[] = [];
  let memory: Int32Array | undefined;
  const machines = [0, 1, 2].map((cpu) => new Machine(w, cpu, wordEntries(w)));
  const get = (cell: number) => memory?.[cell] ?? w.cells.cells[cell]?.initial ?? 0;
  const run = <T>(cpu: number, body: (m: Machine) => Step<T>): T => {
    const ran = runAlone(w.cells.cells, () => body(machines[cpu]!), memory === undefined ? {} : { memory });
    ({ memory } = ran);
    faults.push(...ran.faults.map(({ code, message }) => `${code}: ${message}`));
    return ran.value;
  };
  const entry = (vma: Vma): PteWord => w.entryIn(get, ptepOf(vma, vma.start));
  const areas = [...own, ...shared];
  const pageAt = (vma: Vma) => (v.ptePresent(entry(vma)) ? w.frames.at(v.ptePfn(entry(vma))) : undefined);
  const all = (test: (pte: PteWord) => boolean, of: readonly Vma[]) => of.map((vma) => test(entry(vma)));

  const expected: Expected = { own: [1, null], file: 2 };
  let stored = 10;

  const access = (who: number, file: boolean, how: 'store' | 'load') => {
    const vma = (file ? shared : own)[who]!;
    const user = (m: Machine) => new UserCpu(m, vma, { onFault: swappedFault });
    if (!file && expected.own[who] === null) return;
    const value = ++stored;
    const done = run(who + 1, (m) => (how === 'load' ? user(m).load(0) : user(m).store(0, value)));
    expect(done, `${how} of ${vma.mm.name}`).toBe(true);
    if (how === 'store' && file) expected.file = value;
    else if (how === 'store') expected.own[who] = value;
  };

  const perform = (op: Op): void => {
    switch (op.does) {
      case 'store':
      case 'load':
        access(op.who, op.file, op.does);
        return;
      case 'zap': {
        const vma = (op.file ? shared : own)[op.who]!;
        run(0, (m) => m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end)));
        expect(v.pteNone(entry(vma))).toBe(true);
        if (!op.file) expected.own[op.who] = null;
        return;
      }
      case 'hold': {
        const vma = (op.file ? shared : own)[op.who]!;
        if (!v.ptePresent(entry(vma)) || !v.pteWrite(entry(vma))) return;
        const frame = run(0, (m) => m.k.getUserPagesRemote(vma, vma.start, FOLL_GET | FOLL_WRITE));
        expect(frame).toBe(pageAt(vma));
        const value = ++stored;
        run(0, function* (m) {
          yield* storeHeld(m, { vma, vpn: vma.start, frame: frame! }, value);
          yield* m.k.setPageDirtyLock(frame!.folio);
          yield* m.k.folioPut(frame!);
        });
        if (op.file) expected.file = value;
        else expected.own[op.who] = value;
        return;
      }
      case 'fork': {
        const child = own[1]!;
        run(0, (m) => m.k.madviseDontneedSingleVma(child, addrOf(child.start), addrOf(child.end)));
        expect(run(0, (m) => m.k.dupMmap(child, own[0]!))).toBe(0);
        expected.own[1] = expected.own[0]!;
        expect(all(v.pteWrite, own)).toEqual([false, false]);
        return;
      }
      case 'reclaim': {
        const frame = pageAt(own[0]!);
        if (frame === undefined) return;
        const { folio } = frame;
        const before = own.map(pageAt);
        const isFree = run(0, function* (m) {
          yield* m.k.folioGet(frame);
          return (yield* m.k.shrinkInactiveList([folio])) === 1;
        });
        expect(own.map(pageAt).includes(frame)).toBe(!isFree);
        const taken = before.map((page, i) => isFree && page === frame && swap.pteToSwpEntry(entry(own[i]!)));
        expect(taken.filter(Boolean)).toEqual(
          before.filter((page) => isFree && page === frame).map(() => PLACE),
        );
        return;
      }
      case 'clean': {
        const was = all((pte) => v.ptePresent(pte) && (v.pteDirty(pte) || v.pteWrite(pte)), shared);
        const cleaned = run(0, function* (m) {
          yield* m.lock(s.file.lock);
          const result = yield* m.k.folioMkclean(s.file);
          // Whoever cleans entries without writing the page out has to say that it is dirty.
          if (result) yield* m.k.folioMarkDirty(s.file);
          yield* m.unlock(s.file.lock);
          return result;
        });
        expect(cleaned).toBe(was.includes(true));
        expect(all((pte) => v.pteDirty(pte) || v.pteWrite(pte), shared)).toEqual([false, false]);
        return;
      }
      case 'write-out':
        run(0, (m) => m.k.writeCachePages(s.file));
        expect(all((pte) => v.pteDirty(pte) || v.pteWrite(pte), shared)).toEqual([false, false]);
        return;
      case 'age': {
        for (const vma of shared) {
          const young = v.ptePresent(entry(vma)) && v.pteYoung(entry(vma));
          const found = run(0, (m) => m.k.folioReferencedOne(s.file, vma, addrOf(vma.start)));
          expect(found).toBe(Number(young));
          expect(v.pteYoung(entry(vma))).toBe(false);
        }
        return;
      }
      case 'protect': {
        const readable = all(v.ptePresent, own);
        const { prot } = own[0]!;
        for (const vma of own) run(0, (m) => m.k.doMprotectPkey([vma], { ...prot, write: false }));
        expect(all(v.pteWrite, own)).toEqual([false, false]);
        expect(all(v.ptePresent, own)).toEqual(readable);
        for (const vma of own) run(0, (m) => m.k.doMprotectPkey([vma], prot));
      }
    }
  };

  /** What holds after each function, whatever came before. */
  const check = (): void => {
    for (const [who, value] of expected.own.entries()) {
      const pte = entry(own[who]!);
      const frame = pageAt(own[who]!);
      if (value === null) expect(v.pteNone(pte)).toBe(true);
      else expect(frame === undefined ? get(s.slot) : get(frame.data)).toBe(value);
    }
    expect(get(s.file.frames[0]!.data)).toBe(expected.file);
    const kept = own.filter((vma) => !v.pteNone(entry(vma)) && !v.ptePresent(entry(vma))).length;
    expect(get(s.place)).toBe(kept);
    for (const folio of [s.page, ...s.spares]) {
      const mapped = own.filter((vma) => pageAt(vma)?.folio === folio).length;
      expect(get(folio.mapcount), `map count of ${folio.name}`).toBe(mapped);
      // What nobody maps is free, or has not been handed out.
      if (mapped > 0) expect(get(folio.refcount), `references of ${folio.name}`).toBe(mapped);
      expect(get(folio.backing.cache)).toBe(0);
    }
    const fileMapped = shared.filter((vma) => pageAt(vma) !== undefined).length;
    expect([get(s.file.mapcount), get(s.file.refcount)]).toEqual([fileMapped, fileMapped + 1]);
    // No CPU has anything that the entry does not allow it.
    for (const vma of areas)
      for (const cpu of w.cpus)
        for (const cached of w.tlbs.translations(get, cpu, vma.mm, vma.start)) {
          expect(v.ptePfn(cached), `cpu${cpu} of ${vma.mm.name}`).toBe(pageAt(vma)?.pfn);
          if (v.pteWrite(cached)) expect(v.pteWrite(entry(vma))).toBe(true);
        }
    const locks = w.cells.cells.flatMap(({ role, name }, cell) =>
      role?.is === 'lock' && get(cell) !== 0 ? [name] : [],
    );
    expect(locks).toEqual([]);
    const sink: FaultSink = { fail: (code, message) => void faults.push(`${code}: ${message}`) };
    const view = new MemoryView().at(
      Int32Array.from(w.cells.cells, (_, cell) => get(cell)),
      0,
    );
    for (const observer of w.observers) observer.end?.(view, sink);
    expect(faults).toEqual([]);
  };
  return { perform, check };
}

describe.each([
  ['flushes are broadcast', exchangeToy],
  ['flushes interrupt', interruptingToy],
] as const)('functions of mm alone, where %s', (_, arch) => {
  it('keep what was stored, and every account', () => {
    fc.assert(
      fc.property(fc.array(anyOp, { minLength: 1, maxLength: 9 }), (ops) => {
        const { perform, check } = programs(arch());
        check();
        for (const op of ops) {
          perform(op);
          check();
        }
      }),
      { numRuns: 300 },
    );
  });
});
