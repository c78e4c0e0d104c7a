import { addrOf, PTE_ZERO, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { FrameFlag, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { FOLL_WRITE, type Folio, linux } from '@racewalk/mm';
import { exchangeToy, interruptingToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const interrupting = interruptingToy();
const broadcasting = exchangeToy();

interface State {
  readonly w: World;
  readonly vma: Vma;
  readonly folio: Folio;
}

function build(arch = interrupting): State {
  const w = new World(arch, { block: 1 }, [1], ['UAF', 'PTUAF']);
  linux(w);
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, folio, { young: true });
  w.contexts.track(2);
  w.pmds.add(vma);
  w.seal();
  return { w, vma, folio };
}

const on = (s: State, cpu: number) => new Machine(s.w, cpu, wordEntries(s.w));
const run = <T>(s: State, body: () => Step<T>) => runAlone(s.w.cells.cells, body);
const labels = (steps: readonly { readonly op: { readonly label: string } }[]) =>
  steps.map((p) => p.op.label);

describe('getUserPagesFastOnly', () => {
  const gup =
    (s: State, flags = 0) =>
    () =>
      on(s, 2).k.getUserPagesFastOnly(s.vma, s.vma.start, flags);

  it('returns the frame with one reference more, interrupts on again', () => {
    const s = build();
    const { value, memory } = run(s, gup(s));
    expect(value).toBe(s.folio.frames[0]);
    expect(memory[s.folio.refcount]).toBe(2);
    expect(memory[s.w.contexts.cell(2)]).toBe(0);
  });

  it('refuses what is not there, not writable, or free', () => {
    const gone = build();
    gone.w.setInitial(gone.vma.table.entries[0]!, PTE_ZERO);
    expect(run(gone, gup(gone)).value).toBeNull();
    const readOnly = build();
    linux(readOnly.w).mapFolio(readOnly.vma, readOnly.folio, { write: false });
    expect(run(readOnly, gup(readOnly, FOLL_WRITE)).value).toBeNull();
    expect(run(readOnly, gup(readOnly)).value).not.toBeNull();
    const free = build();
    free.w.cells.setInitial(free.folio.refcount, 0);
    expect(run(free, gup(free)).value).toBeNull();
    expect(run(free, () => on(free, 2).k.tryGetFolio(free.folio.frames[0]!)).value).toBeNull();
  });

  it('finds no table behind an empty upper-level entry', () => {
    const s = build();
    const body = function* () {
      const m = on(s, 0);
      const pmd = yield* m.pmd.pmdpGetAndClear(s.vma.mm, addrOf(s.vma.start), s.w.pmds.of(s.vma.table)!.pmdp);
      expect(m.p.pmdBad(pmd)).toBe(false);
      return yield* on(s, 2).k.getUserPagesFastOnly(s.vma, s.vma.start);
    };
    expect(run(s, body).value).toBeNull();
  });

  it('is reported where it returns a frame that was freed, or walks a free table', () => {
    const page = build();
    page.w.cells.setInitial(page.folio.frames[0]!.cell, FrameFlag.FREED);
    expect(run(page, gup(page)).faults.map((f) => f.code)).toEqual(['UAF']);
    const table = build();
    table.w.cells.setInitial(table.w.pmds.of(table.vma.table)!.freed, 1);
    expect(new Set(run(table, gup(table)).faults.map((f) => f.code))).toEqual(new Set(['PTUAF']));
  });
});

describe('flushes that reclaim puts off', () => {
  it('are made once by who needs them, and again if another was put off', () => {
    const s = build(broadcasting);
    const m = on(s, 0);
    const flushes = (steps: ReturnType<typeof run>['steps']) =>
      labels(steps).filter((l) => /^dsb$/.test(l)).length;
    const body = function* () {
      yield* m.k.flushTlbBatchedPending(s.vma.mm);
      yield* m.k.atomicInc(s.vma.mm.tlbFlushBatched);
      yield* m.k.flushTlbBatchedPending(s.vma.mm);
      yield* m.k.flushTlbBatchedPending(s.vma.mm);
      yield* m.k.atomicInc(s.vma.mm.tlbFlushBatched);
      yield* m.k.atomicInc(s.vma.mm.tlbFlushBatched);
      yield* m.k.flushTlbBatchedPending(s.vma.mm);
    };
    expect(flushes(run(s, body).steps)).toBe(2);
  });
});
