/**
 * The way of a device to the table of an area: through directories, by what its walk caches have of them (VT-d 6.2.5
 * "paging-structure caches", SMMU walk caches). Invalidations of CPUs do not reach them; one for leaves only keeps them.
 */
import { type Ptep, type PteWord, pteById, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import { hits } from '../cpu/hit-or-walk.js';
import { describePte } from '../entries/describe.js';
import { MemoryView } from '../observers/view.js';
import { Directory } from '../world/directory.js';
import { cellsOf } from '../world/table-words.js';
import type { Machine, World } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';

/** One level: the entry, and what the device has cached of it (the id of an entry, or 0). */
interface Level {
  readonly ptep: Ptep;
  readonly cache: Cell;
}

/** What must still be so when the device reads the entry of the page. */
export interface DeviceWay {
  readonly cells: readonly Cell[];
  /** Called within the step of the walk. */
  leads(view: MemoryView, faults: { fail(code: string, message: string): void }): boolean;
}

/** The walk caches of a device, from the root down to one area. */
export class DeviceWalk {
  readonly #levels: readonly Level[];

  constructor(
    readonly world: World,
    root: Directory,
    area: Vma,
    readonly name: string,
  ) {
    const levels: Level[] = [];
    const show = (id: Word) => (id === 0 ? 'empty' : describePte(world.arch, pteById(id)));
    for (let at: Directory | Vma = root; at instanceof Directory; ) {
      const index: number = at.indexFor(area);
      const ptep: Ptep = at.ptep(index);
      levels.push({ ptep, cache: world.word(`${name} walk cache:${ptep.name}`, 0, show) });
      at = at.homeOf(index);
    }
    this.#levels = levels;
  }

  /** Its words, for invalidations. */
  get caches(): readonly Cell[] {
    return this.#levels.map(({ cache }) => cache);
  }

  /** Walk down; null where an entry leads to no table. */
  *descend(m: Machine): Step<DeviceWay | null> {
    const way: (Level & { readonly id: Word })[] = [];
    let table: Ptdesc | null = null;
    for (const level of this.#levels) {
      const above = this.#way(way, table);
      const pte: PteWord = yield* this.#level(m, level, above);
      const to = m.v.pteValid(pte) ? m.world.directories.at(m.v.ptePfn(pte)) : undefined;
      if (to === undefined) return null;
      table = to.ptdesc;
      way.push({ ...level, id: pte.id });
    }
    return this.#way(way, table);
  }

  /** One level: by the walk cache, or by memory. An empty entry is not remembered. */
  *#level(m: Machine, { ptep, cache }: Level, above: DeviceWay | null): Step<PteWord> {
    const { world, name } = this;
    const view = new MemoryView();
    const look = { text: `${name} walk cache of ${ptep.name}`, does: 'look-up' } as const;
    const held = yield* atomic([cache], (mem, base) => mem[base + cache] ?? 0, look, { locked: false });
    if (held !== 0 && (yield* hits('walk cache'))) return pteById(held);
    const run: AtomicBody = (mem, base, faults) => {
      view.at(mem, base);
      if (above?.leads(view, faults) === false) return 0;
      const pte = world.entryIn((cell) => view.get(cell), ptep);
      const valid = m.v.pteValid(pte);
      view.set(cache, valid ? pte.id : 0);
      return valid ? pte.id : 0;
    };
    const cells = [...new Set([...cellsOf(ptep), cache, ...(above?.cells ?? [])])];
    const show = (o: { readonly result: Word }) =>
      o.result === 0 ? '→ none' : `→ ${describePte(world.arch, pteById(o.result))}`;
    const note = { text: `${name} walks ${ptep.name}`, does: 'walk', on: cellsOf(ptep) } as const;
    return pteById(yield* atomic(cells, run, note, { locked: false, show }));
  }

  #way(way: readonly (Level & { readonly id: Word })[], table: Ptdesc | null): DeviceWay | null {
    if (table === null) return null;
    const { world, name } = this;
    const passed = [...way];
    return {
      cells: [...passed.map(({ cache }) => cache), table.freed],
      leads(view, faults) {
        if (passed.some(({ cache, id }) => view.get(cache) !== id)) return false;
        for (const o of world.observers) o.tableReached?.(view, table, name, faults);
        return true;
      },
    };
  }
}
