import { type ArchPlugin, type InvariantCode, PTE_ZERO, type PteWord } from '@racewalk/core';
import { runAlone, type Step } from '@racewalk/core/step';
import {
  FolioFlag,
  FrameFlag,
  halvesEntries,
  localIrqSave,
  Machine,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeProtection,
  doAnonymousPage,
  FORCE_FLUSH,
  hypervFlushTlbMulti,
  kvmFlushTlbMulti,
  madviseDontneed,
  mapIfSame,
  nativeFlushTlbMulti,
  newGather,
  ptepGetLocklessCmpxchg8b,
  slotOf,
  swapPte,
  tlbRemoveTlbEntry,
  xenFlushTlbMulti,
  ZAP_FLAG_FORCE_FLUSH,
  zapPteRange,
} from '../src/index.js';
import { broadcast, halves } from './toy.js';

/** An area of `pages` single-page folios, dirty and used; a file's unless `anon`. */
function area(arch: ArchPlugin, pages: number, anon = true, invariants: InvariantCode[] = []) {
  const w = new World(arch, { block: 1 }, [1], invariants);
  linux(w);
  const vma = w.vma({ pages, ...(anon ? {} : { mapping: w.addressSpace() }) });
  const folios = Array.from({ length: pages }, (_, at) => {
    const folio = w.folio({ pages: 1 });
    w.mapFolio(vma, folio, { dirty: true, young: true, at });
    return folio;
  });
  w.contexts.track(2);
  w.seal();
  const entries = arch.has('splitEntries') ? halvesEntries(w) : wordEntries(w);
  const on = (cpu: number) => new Machine(w, cpu, entries);
  const run = <T>(body: () => Step<T>, memory?: Int32Array, pick = 0) =>
    runAlone(w.cells.cells, body, { ...(memory === undefined ? {} : { memory }), choose: () => pick });
  return { w, vma, folios, on, run, entries: vma.table.entries };
}

const labels = (steps: readonly { readonly op: { readonly label: string } }[]) =>
  steps.map((s) => s.op.label);
const at = (list: readonly string[], what: RegExp) => list.findIndex((l) => what.test(l));

describe.each([halves, broadcast])('zapPteRange on $id', (arch) => {
  it('empties the range, flushes it once, and gives the pages back', () => {
    const { w, vma, folios, on, run } = area(arch, 3);
    const { memory, steps } = run(() => madviseDontneed(on(0), vma, { from: 1, pages: 2 }));
    const left = vma.table.entries.map((p) => w.entryIn((c) => memory[c] ?? 0, p));
    expect(left.map((pte) => pte === PTE_ZERO)).toEqual([false, true, true]);
    expect(folios.map((f) => memory[f.refcount])).toEqual([1, 0, 0]);
    expect(folios.map((f) => (memory[f.frames[0]!.cell] ?? 0) & FrameFlag.FREED)).toEqual([0, 4, 4]);
    expect(memory[vma.mm.tlbFlushPending]).toBe(0);
    expect(
      labels(steps).filter((l) => /flush pte\[1\.\.2\]|tlbi pte\[1\.\.2\]/.test(l)).length,
    ).toBeGreaterThan(0);
  });

  it('flushes before or after the lock is dropped, as the flag says', () => {
    const { vma, on, run } = area(arch, 1);
    const order = (plan: object) => {
      const list = labels(run(() => madviseDontneed(on(0), vma, plan)).steps);
      return at(list, /^(IPI cpu1|dsb)/) < at(list, /^unlock ptl/);
    };
    expect(order({})).toBe(false);
    expect(order(FORCE_FLUSH)).toBe(true);
    expect(FORCE_FLUSH.zapFlags).toBe(ZAP_FLAG_FORCE_FLUSH);
  });

  it('hands dirty pages of files over, flushes them under the lock, and tells the reverse map last', () => {
    const { vma, folios, on, run } = area(arch, 1, false);
    const { memory, steps } = run(() => madviseDontneed(on(0), vma));
    const list = labels(steps);
    expect((memory[folios[0]!.flags] ?? 0) & FolioFlag.DIRTY).toBe(FolioFlag.DIRTY);
    const when = [/folio_mark_dirty/, /^(IPI cpu1|dsb)/, /folio_remove_rmap/, /^unlock ptl/, /folio_put/].map(
      (r) => at(list, r),
    );
    expect(when).toEqual([...when].sort((a, b) => a - b));
    expect(Math.min(...when)).toBeGreaterThanOrEqual(0);
  });

  it('removes swap entries without a flush, but makes the flush that is owed', () => {
    const { w, vma, on, run, entries } = area(arch, 1);
    w.setInitial(entries[0]!, swapPte(on(0), 3));
    const flushes = (body: () => Step<void>) =>
      labels(run(body).steps).filter((l) => /^(IPI cpu1|dsb)/.test(l)).length;
    expect(flushes(() => madviseDontneed(on(0), vma))).toBe(0);
    const owed = function* () {
      yield* on(0).k.setTlbUbcFlushPending(vma.mm);
      yield* madviseDontneed(on(0), vma);
    };
    expect(flushes(owed)).toBe(1);
  });

  it('flushes the whole range if another gather is open', () => {
    const { vma, w, on, run, entries } = area(arch, 2);
    for (const ptep of entries) w.setInitial(ptep, PTE_ZERO);
    w.cells.setInitial(vma.mm.tlbFlushPending, 1);
    const list = labels(run(() => madviseDontneed(on(0), vma)).steps);
    expect(list.some((l) => /(IPI cpu1: flush|tlbi) pte\[0\.\.1\]/.test(l))).toBe(true);
    const alone = labels(run(() => madviseDontneed(on(0), vma, { nested: false })).steps);
    expect(at(alone, /^(IPI|tlbi)/)).toBe(-1);
  });
});

describe('a gather', () => {
  it('covers exactly from the first entry to the last, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1 }), (indices) => {
        const { vma, on, entries } = area(broadcast, 16);
        const tlb = newGather(on(0), vma.mm);
        for (const i of indices) tlbRemoveTlbEntry(tlb, vma, entries[i]!);
        expect([tlb.start, tlb.end]).toEqual([
          vma.start + Math.min(...indices),
          vma.start + Math.max(...indices) + 1,
        ]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('marks of userfaultfd', () => {
  it('outlive a zap of an armed area, where the architecture has them', () => {
    const { w, vma, on, run, entries } = area(broadcast, 1, false);
    const { values, swap } = broadcast;
    const old = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, entries[0]!);
    w.setInitial(entries[0]!, values.pteMkuffdWp(old));
    const left = (armed: boolean): PteWord => {
      const { memory } = run(() =>
        zapPteRange(newGather(on(0), vma.mm), vma, vma.start, vma.end, { uffdWpArmed: armed }),
      );
      return w.entryIn((c) => memory[c] ?? 0, entries[0]!);
    };
    expect(swap.isPteMarker(left(true))).toBe(true);
    expect(left(false)).toBe(PTE_ZERO);
  });
});

describe('faults', () => {
  it('map a page where there is none, and leave alone what has changed', () => {
    const { w, vma, folios, on, run, entries } = area(halves, 1);
    const ptep = entries[0]!;
    expect(run(() => doAnonymousPage(on(0), vma, ptep, folios[0]!)).value).toBe(false);
    w.setInitial(ptep, swapPte(on(0), 1));
    expect(slotOf(on(0), swapPte(on(0), 1))).toBe(1);
    expect(run(() => mapIfSame(on(0), vma, ptep, swapPte(on(0), 1), folios[0]!)).value).toBe(true);
    w.setInitial(ptep, PTE_ZERO);
    const { value, memory } = run(() => doAnonymousPage(on(0), vma, ptep, folios[0]!));
    expect(value).toBe(true);
    const pte = w.entryIn((c) => memory[c] ?? 0, ptep);
    expect([halves.values.pteWrite(pte), halves.values.pteDirty(pte)]).toEqual([true, true]);
    expect(slotOf(on(0), pte)).toBe(-1);
  });
});

describe('mprotect', () => {
  it('takes the write permission from what is there', () => {
    const { w, vma, on, run, entries } = area(halves, 2);
    w.setInitial(entries[1]!, PTE_ZERO);
    for (const gathers of [false, true]) {
      const { memory } = run(() => changeProtection(on(0), vma, gathers));
      const [first, second] = entries.map((p) => w.entryIn((c) => memory[c] ?? 0, p));
      expect([halves.values.pteWrite(first!), halves.values.ptePresent(first!)]).toEqual([false, true]);
      expect(second).toBe(PTE_ZERO);
    }
  });
});

describe('the wide load', () => {
  it('reads any entry whole and stores nothing new', () => {
    const { w, on, run, entries } = area(halves, 1);
    for (const initial of [PTE_ZERO, w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, entries[0]!)]) {
      w.setInitial(entries[0]!, initial);
      const { value, steps, memory } = run(() => ptepGetLocklessCmpxchg8b(on(2), entries[0]!));
      expect([value, steps.length]).toEqual([initial, 1]);
      expect(w.entryIn((c) => memory[c] ?? 0, entries[0]!)).toBe(initial);
    }
  });
});

describe('remote flushes of hypervisors', () => {
  const flushes = { nativeFlushTlbMulti, kvmFlushTlbMulti, hypervFlushTlbMulti, xenFlushTlbMulti };
  it.each(Object.entries(flushes))('%s empties TLBs, and waits for whom it interrupts', (name, flush) => {
    const { w, vma, on, run } = area(halves, 1);
    const loaded = run(() => new UserCpu(on(1), vma).load(0)).memory;
    const tlb = w.tlbCells(vma.mm, vma.start, vma.end)[0] ?? -1;
    expect(loaded[tlb]).not.toBe(0);
    for (const pick of [0, 1]) expect(run(() => flush(on(0), vma), loaded, pick).memory[tlb]).toBe(0);
    const off = run(() => localIrqSave(on(2))).memory;
    const blocked = (pick: number) => {
      try {
        run(() => flush(on(0), vma), off, pick);
        return false;
      } catch {
        return true;
      }
    };
    // KVM interrupts a CPU that runs (0) and leaves a note for one that is preempted (1).
    const expected = { nativeFlushTlbMulti: [true, true], kvmFlushTlbMulti: [true, false] }[name] ?? [
      false,
      false,
    ];
    expect([blocked(0), blocked(1)]).toEqual(expected);
  });
});
