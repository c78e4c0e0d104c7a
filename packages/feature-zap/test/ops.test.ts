import {
  type ArchPlugin,
  addrOf,
  type InvariantCode,
  PTE_ZERO,
  type PteWord,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  FrameFlag,
  type FunctionTable,
  halvesEntries,
  localIrqSave,
  Machine,
  type Patch,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { FolioFlag, linux, sparePages } from '@racewalk/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORCE_FLUSH } from '../src/index.js';
import { KVM_FLUSH } from '../src/ops/flush-tlb-multi.js';
import { NOT_NESTED, UNANNOUNCED } from '../src/ops/pending.js';
import { slotOf, swapPte } from '../src/ops/swap.js';
import { ptepGetLocklessCmpxchg8b } from '../src/ops/wide.js';
import { broadcast, halves } from './toy.js';

/** An area of `pages` single-page folios, dirty and used; a file's unless `anon`. */
interface AreaSpec {
  readonly anon?: boolean;
  readonly patch?: Patch;
  readonly paravirt?: boolean;
  readonly invariants?: InvariantCode[];
  readonly uffdWp?: boolean;
}

function area(arch: ArchPlugin, pages: number, spec: AreaSpec = {}) {
  const { anon = true, patch, paravirt = false, invariants = [], uffdWp = false } = spec;
  const w = new World(arch, { block: 1, ...(paravirt ? { flush: 'paravirt' } : {}) }, [1], invariants);
  linux(w);
  if (patch !== undefined) w.binder.replace(patch as FunctionTable);
  const mapping = anon ? {} : { mapping: w.addressSpace() };
  const vma = w.vma({ pages, flags: { uffdWp }, ...mapping });
  const folios = Array.from({ length: pages }, (_, at) => {
    const folio = linux(w).folio({ pages: 1 });
    linux(w).mapFolio(vma, folio, { dirty: true, young: true, at });
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

const whole = (vma: Vma) => [vma, addrOf(vma.start), addrOf(vma.end)] as const;
const dontneed = (m: Machine, vma: Vma): Step<void> => m.k.madviseDontneedSingleVma(...whole(vma));

const labels = (steps: readonly { readonly op: { readonly label: string } }[]) =>
  steps.map((s) => s.op.label);
const at = (list: readonly string[], what: RegExp) => list.findIndex((l) => what.test(l));

describe.each([halves, broadcast])('zapPteRange on $id', (arch) => {
  it('empties the range, flushes it once, and gives the pages back', () => {
    const { w, vma, folios, on, run } = area(arch, 3);
    const { memory, steps } = run(() =>
      on(0).k.madviseDontneedSingleVma(vma, addrOf(vma.start + 1), addrOf(vma.end)),
    );
    const left = vma.table.entries.map((p) => w.entryIn((c) => memory[c] ?? 0, p));
    expect(left.map((pte) => pte === PTE_ZERO)).toEqual([false, true, true]);
    expect(folios.map((f) => memory[f.refcount])).toEqual([1, 0, 0]);
    expect(folios.map((f) => (memory[f.frames[0]!.cell] ?? 0) & FrameFlag.FREED)).toEqual([0, 4, 4]);
    expect(memory[vma.mm.tlbFlushPending]).toBe(0);
    expect(
      labels(steps).filter((l) => /flush pte\[1\.\.2\]|tlbi pte\[1\.\.2\]/.test(l)).length,
    ).toBeGreaterThan(0);
  });

  it('flushes before or after the lock is dropped, as the flag of the proposal says', () => {
    const order = (patch: Patch) => {
      const { vma, on, run } = area(arch, 1, { patch });
      const list = labels(run(() => dontneed(on(0), vma)).steps);
      return at(list, /^(IPI cpu1|dsb$)/) < at(list, /^unlock ptl/);
    };
    expect(order({})).toBe(false);
    expect(order(FORCE_FLUSH)).toBe(true);
  });

  it('hands dirty pages of files over, flushes them under the lock, and tells the reverse map last', () => {
    const { vma, folios, on, run } = area(arch, 1, { anon: false });
    const { memory, steps } = run(() => dontneed(on(0), vma));
    const list = labels(steps);
    expect((memory[folios[0]!.flags] ?? 0) & FolioFlag.DIRTY).toBe(FolioFlag.DIRTY);
    const when = [
      /folio_mark_dirty/,
      /^(IPI cpu1|dsb$)/,
      /folio_remove_rmap/,
      /^unlock ptl/,
      /folio_put/,
    ].map((r) => at(list, r));
    expect(when).toEqual([...when].sort((a, b) => a - b));
    expect(Math.min(...when)).toBeGreaterThanOrEqual(0);
  });

  it('removes swap entries without a flush, but makes the flush that is owed', () => {
    const { w, vma, on, run, entries } = area(arch, 1);
    w.setInitial(entries[0]!, swapPte(on(0), 3));
    const flushes = (body: () => Step<void>) =>
      labels(run(body).steps).filter((l) => /^(IPI cpu1|dsb$)/.test(l)).length;
    expect(flushes(() => dontneed(on(0), vma))).toBe(0);
    const owed = function* () {
      yield* on(0).k.atomicInc(vma.mm.tlbFlushBatched);
      yield* dontneed(on(0), vma);
    };
    expect(flushes(owed)).toBe(1);
  });

  it.each([
    ['flushes everything if another gather is open', {}, true],
    ['does not if it does not look', NOT_NESTED, false],
  ])('%s', (_what, patch: Patch, flushes) => {
    const { vma, w, on, run, entries } = area(arch, 2, { patch });
    for (const ptep of entries) w.setInitial(ptep, PTE_ZERO);
    w.cells.setInitial(vma.mm.tlbFlushPending, 1);
    const list = labels(run(() => dontneed(on(0), vma)).steps);
    expect(list.some((l) => /(IPI cpu1: flush|tlbi) mm \(all\)/.test(l))).toBe(flushes);
  });
});

describe('a gather', () => {
  it('covers exactly from the first entry to the last, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1 }), (indices) => {
        const { vma, on, entries, run } = area(broadcast, 16);
        const m = on(0);
        const tlb = run(() => m.k.tlbGatherMmu(vma.mm)).value;
        for (const i of indices) m.k.tlbRemoveTlbEntry(tlb, vma, entries[i]!);
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
    const { values, swap } = broadcast;
    const left = (uffdWp: boolean): PteWord => {
      const { w, vma, on, run, entries } = area(broadcast, 1, { anon: false, uffdWp });
      const old = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, entries[0]!);
      w.setInitial(entries[0]!, values.pteMkuffdWp(old));
      const { memory } = run(() => dontneed(on(0), vma));
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
    sparePages(w, 0, [folios[0]!]);
    const fault = () => on(0).k.doAnonymousPage({ vma, ptep, access: 'store' });
    expect(run(fault).value).toBe(0);
    expect(slotOf(on(0), swapPte(on(0), 1))).toBe(1);
    w.setInitial(ptep, PTE_ZERO);
    const { value, memory } = run(fault);
    expect(value).not.toBe(0);
    const pte = w.entryIn((c) => memory[c] ?? 0, ptep);
    expect([halves.values.pteWrite(pte), halves.values.pteDirty(pte)]).toEqual([true, true]);
    expect(slotOf(on(0), pte)).toBe(-1);
  });
});

describe('mprotect', () => {
  it('takes the write permission from what is there', () => {
    for (const patch of [{}, UNANNOUNCED]) {
      const { w, vma, on, run, entries } = area(halves, 2, { patch });
      w.setInitial(entries[1]!, PTE_ZERO);
      const { memory } = run(() => on(0).k.doMprotectPkey([vma], { read: true, write: false }));
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
  // Whether a CPU with its interrupts off is waited for: while it runs (0), and while it is preempted (1).
  it.each([
    ['native', {}, [true, true]],
    ['KVM', { patch: KVM_FLUSH, paravirt: true }, [true, false]],
    ['Hyper-V and Xen', { paravirt: true }, [false, false]],
  ])('%s empties TLBs, and waits for whom it interrupts', (_name, spec: AreaSpec, waits) => {
    const { w, vma, on, run } = area(halves, 1, spec);
    const flush = () => on(0).tlb.flushTlbRange(...whole(vma));
    const loaded = run(() => new UserCpu(on(1), vma).load(0)).memory;
    const tlb = w.tlbs.words(vma.mm, vma.start, vma.end)[0] ?? -1;
    expect(loaded[tlb]).not.toBe(0);
    for (const pick of [0, 1]) expect(run(flush, loaded, pick).memory[tlb]).toBe(0);
    const off = run(() => localIrqSave(on(2))).memory;
    const blocked = (pick: number) => {
      try {
        run(flush, off, pick);
        return false;
      } catch {
        return true;
      }
    };
    expect([blocked(0), blocked(1)]).toEqual(waits);
  });
});
