/**
 * What a TLB does, each thing by an agent of its own: it answers if it can, entries leave it, walks that nobody asked for, invalidations that complete when they like. The machine itself has none of these: it
 * fills on demand, lets every later access hit or walk, and completes at the barrier.
 */
import { type AccessKind, pteById, ptepOf, type Vma } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  awaitWord,
  type Cell,
  choose,
  type Step,
  type Word,
} from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';

const FAULT = -1;

/** The walker of this CPU reads an entry and fills the TLB, unless `hit` answers; answers what is cached, or -1. */
function* translate(m: Machine, vma: Vma, page: number, access: AccessKind, hit: boolean): Step<Word> {
  const { world } = m;
  const vpn = vma.start + page;
  const ptep = ptepOf(vma, vpn);
  const tlb = world.tlbs.word(m.cpu, vma.mm, vpn);
  const run: AtomicBody = (mem, base) => {
    const cached = mem[base + tlb] ?? 0;
    if (hit && cached !== 0 && world.walker.permits(pteById(cached), access)) return cached;
    const entry = world.entryIn((cell) => mem[base + cell] ?? 0, ptep);
    const result = world.walker.walk(entry, access);
    if (!result.ok) return FAULT;
    mem[base + ptep.cell] = result.entry.id;
    mem[base + tlb] = result.cached.id;
    return result.cached.id;
  };
  return yield* atomic([ptep.cell, tlb], run, `translate page ${page} for ${access}`, { locked: false });
}

/** One access; false if it faults. What the TLB answers, if it can, may be gone by the time of the use. */
export function* access(m: Machine, vma: Vma, page: number, kind: AccessKind): Step<boolean> {
  for (;;) {
    const cached = yield* translate(m, vma, page, kind, true);
    if (cached === FAULT) return false;
    if (yield* use(m, vma, page, kind, cached)) return true;
  }
}

function* use(m: Machine, vma: Vma, page: number, kind: AccessKind, id: Word): Step<boolean> {
  const { world, cpu } = m;
  const vpn = vma.start + page;
  const tlb = world.tlbs.word(cpu, vma.mm, vpn);
  const cached = pteById(id);
  const frame = world.frames.at(m.v.ptePfn(cached));
  if (frame === undefined) throw new Error(`no frame behind ${page}`);
  const event = { cpu, vma, vpn, access: kind, cached, frame };
  const run: AtomicBody = (mem, base, faults) => {
    if (mem[base + tlb] !== id) return 0;
    const view = {
      get: (cell: Cell) => mem[base + cell] ?? 0,
      set: (cell: Cell, value: Word) => {
        mem[base + cell] = value;
      },
    };
    for (const o of world.observers) o.use?.(view, event, faults);
    return 1;
  };
  const looks = world.observers.flatMap((o) => o.useCells?.(event) ?? []);
  const cells = [...new Set([tlb, frame.cell, ...looks])];
  return (yield* atomic(cells, run, `${kind} page ${page}`, { locked: false })) === 1;
}

/** The walker reads the entry of some page for nobody. */
export function* fill(m: Machine, vma: Vma): Step<void> {
  const pages = vma.end - vma.start;
  const page = pages === 1 ? 0 : yield* choose(pages, 'page to walk');
  yield* translate(m, vma, page, 'load', false);
}

/** A translation leaves the TLB. */
export function* evict(m: Machine, vma: Vma): Step<void> {
  const pages = vma.end - vma.start;
  const page = pages === 1 ? 0 : yield* choose(pages, 'page to evict');
  const tlb = m.world.tlbs.word(m.cpu, vma.mm, vma.start + page);
  const run: AtomicBody = (mem, base) => {
    mem[base + tlb] = 0;
    return 0;
  };
  yield* atomic([tlb], run, `evict page ${page}`, { locked: false });
}

/** Invalidations of an area that each CPU completes by itself. */
export class AsyncInvalidation {
  readonly #asked = new Map<number, Cell>();

  constructor(
    w: World,
    readonly vma: Vma,
    cpus: readonly number[],
  ) {
    for (const cpu of cpus) this.#asked.set(cpu, w.word(`tlbi on its way to cpu${cpu}`, 0));
  }

  /** Tell all CPUs. */
  *tlbi(): Step<void> {
    const cells = [...this.#asked.values()];
    const run: AtomicBody = (mem, base) => {
      for (const cell of cells) mem[base + cell] = 1;
      return 0;
    };
    yield* atomic(cells, run, 'tlbi');
  }

  /** Wait until all have done it. */
  *dsb(): Step<void> {
    for (const cell of this.#asked.values()) yield* awaitWord(cell, (v) => v === 0, 'dsb');
  }

  /** Do it on one CPU, once. */
  *complete(m: Machine): Step<void> {
    const asked = this.#asked.get(m.cpu) ?? -1;
    const { vma } = this;
    const cells = [asked, ...m.world.tlbs.words(vma.mm, vma.start, vma.end, m.cpu)];
    const run: AtomicBody = (mem, base) => {
      for (const cell of cells) mem[base + cell] = 0;
      return 0;
    };
    yield* atomic(cells, run, 'invalidation completes', {
      locked: false,
      guard: asked,
      test: (v) => v === 1,
    });
  }
}
