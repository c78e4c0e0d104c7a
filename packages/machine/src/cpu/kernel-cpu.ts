/**
 * Accesses of the kernel to its own mappings. There is no handler that could help: a fault on an address that is mapped, by an
 * entry or by a leaf one level up, is the end (STALE). A core may begin a translation ahead of the access, before a store to the entry and before the barrier behind
 * it; what it found then is delivered, unless the context was synchronised in between (Arm ARM DDI 0487, "Context
 * synchronization events"; a plug-in says so by `earlyWalks`).
 */
import { type AccessKind, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, choose, fence, type Step } from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import { cellsOf } from '../world/table-words.js';
import type { Machine } from '../world/types.js';
import { UserCpu } from './access.js';
import { takeException } from './faults.js';

/** What this CPU does next is translated anew: translations that were begun early are dropped. @kernel isb */
export function* isb(m: Machine): Step<void> {
  m.earlyWalks?.clear();
  yield* fence({ op: 'isb' });
}

/** Whether a page of an area is mapped, by an entry or by the leaf above it: asked of memory in the body of a step. */
function mapsNow({ v, p, world }: Machine, ptep: Ptep): MapsNow {
  const view = new MemoryView();
  const get = (cell: number) => view.get(cell);
  const { pmds } = world;
  const slot = pmds.slots.find(({ table, follows }) => follows && table === ptep.table);
  const index = ptep.table.entries.indexOf(ptep);
  const tables = slot === undefined ? [ptep.table] : pmds.leafTables;
  const entries = tables.flatMap(({ entries }) => entries[index] ?? []);
  const cells = [...entries, ...(slot === undefined ? [] : [slot.pmdp])].flatMap((entry) => cellsOf(entry));
  const maps = (mem: Int32Array, base: number): boolean => {
    view.at(mem, base);
    if (slot === undefined) return v.pteValid(world.entryIn(get, ptep));
    const pmd = world.entryIn(get, slot.pmdp);
    if (p.pmdPresent(pmd) && p.pmdLeaf(pmd)) return true;
    const entry = pmds.ledBy(pmd)?.table.entries[index];
    return entry !== undefined && v.pteValid(world.entryIn(get, entry));
  };
  return { cells, maps };
}

interface MapsNow {
  readonly cells: readonly Cell[];
  maps(mem: Int32Array, base: number): boolean;
}

/** Accesses of the kernel to an area of its own: `w.vma({ mm: w.mm('init_mm'), flags: { global: true } })`. */
export class KernelCpu {
  readonly #cpu: UserCpu;

  constructor(
    readonly m: Machine,
    readonly vma: Vma,
  ) {
    this.#cpu = new UserCpu(m, vma, { faults: false });
  }

  /** Here, in the order of the code, the core may begin to translate a page that is accessed later. */
  *begins(page: number): Step<void> {
    const { m, vma } = this;
    if (m.arch.earlyWalks !== true) return;
    const ptep = ptepOf(vma, vma.start + page);
    const shows = (o: { readonly result: number }) => (o.result === 1 ? '→ early' : '→ not yet');
    if ((yield* choose(2, `a walk of ${ptep.name} begins`, shows)) === 0) return;
    const { cells, maps } = mapsNow(m, ptep);
    const run: AtomicBody = (mem, base) => (maps(mem, base) ? 1 : 0);
    const note = { text: `walk ${ptep.name}, early`, does: 'walk', on: cells } as const;
    if ((yield* atomic(cells, run, note, { locked: false })) === 1) return;
    if (m.earlyWalks === undefined) {
      m.earlyWalks = new Set();
      m.keeps.push(m.earlyWalks);
    }
    m.earlyWalks.add(ptep);
  }

  /** Load; false if nothing is mapped there. */
  load(page: number): Step<boolean> {
    return this.#access(page, 'load', 0);
  }

  /** Store (`value`, where contents are followed). */
  store(page: number, value = 1): Step<boolean> {
    return this.#access(page, 'store', value);
  }

  *#access(page: number, access: AccessKind, value: number): Step<boolean> {
    const { m, vma } = this;
    const ptep = ptepOf(vma, vma.start + page);
    const shows = (o: { readonly result: number }) => (o.result === 1 ? '→ early' : '→ new');
    const begun = m.earlyWalks?.has(ptep) === true;
    if (begun && (yield* choose(2, 'walk that answers', shows)) === 1) return yield* this.#faults(ptep);
    if (yield* this.#once(page, access, value)) return true;
    if (m.arch.earlyWalks === true) return yield* this.#faults(ptep);
    // Elsewhere a fault is only taken when the stores before it have left, and the address is translated once more.
    yield* takeException();
    return (yield* this.#once(page, access, value)) || (yield* this.#faults(ptep));
  }

  #once(page: number, access: AccessKind, value: number): Step<boolean> {
    return access === 'load' ? this.#cpu.load(page) : this.#cpu.store(page, value);
  }

  *#faults(ptep: Ptep): Step<false> {
    const { m } = this;
    const { cells, maps } = mapsNow(m, ptep);
    const text = `the kernel faults on ${ptep.name}`;
    const run: AtomicBody = (mem, base, faults) => {
      if (maps(mem, base)) faults.fail('STALE', `${text}, which maps a page`);
      return 0;
    };
    yield* atomic(cells, run, { text, does: 'observe' }, { locked: false });
    return false;
  }
}
