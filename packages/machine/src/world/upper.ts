/**
 * The level above the leaf tables, as far as a race has one: the entry that leads to a leaf table, the walk caches
 * that remember it, and whether the table is still one. A race asks for it by {@link UpperLevelTables.add}; the
 * tables of other races are always there.
 *
 * An area that is added with a {@link UpperSpec} follows the level in full: its entry may map a block of pages itself, lead
 * to another table, or be empty, and TLBs keep translations of a block apart from those of its pages.
 */
import {
  hex,
  type PageTable,
  type Pfn,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  RacewalkError,
  type Vma,
} from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';

/** The page that a leaf table is in, and what leads to it at the start: `struct ptdesc`. */
export interface Ptdesc {
  /** The leaf table. */
  readonly table: PageTable;
  /** Frame of the page. */
  readonly pfn: Pfn;
  /**
   * `pmd_t *`: an entry of a table of level `pmd`. It leads to the leaf table, maps a page itself, or is empty. Of a table
   * that nothing leads to at the start: the entry of the area it was allocated for.
   */
  readonly pmdp: Ptep;
  /** 1 once the page has been freed. */
  readonly freed: Cell;
  /** Ghost: how many agents have the table in use; -1 where it is not followed. */
  readonly users: Cell;
  /**
   * For each CPU: what its walk cache has of the entry, a bit for each table (`UpperLevelTables.bit`). Bit 0 is
   * the table that the entry leads to at the start.
   */
  readonly walkCaches: ReadonlyMap<number, Cell>;
  /** The area was added with an {@link UpperSpec}. */
  readonly follows: boolean;
}

/** What the entry above an area is at the start. */
export interface UpperSpec {
  /**
   * `table`: the area's own, the default. `none`: empty; the area's table is allocated and nothing leads to it. A table of
   * another area of the same length: the two share it (`CONFIG_HUGETLB_PMD_PAGE_TABLE_SHARING`).
   */
  readonly leads?: 'table' | 'none' | Ptdesc;
}

/** Tables are kept apart from the pages that folios have. */
const FIRST_TABLE: Pfn = 0x9000;

/** A walk cache has a bit for each table, and each is one word. */
const MOST_TABLES = 28;

/** Pages that a real leaf of this level maps: 2 MiB, 1 GiB. Frame and address of a leaf are multiples of it. */
export const LEAF_PAGES = Object.freeze({ pmd: 0x200, pud: 0x40000 });

/** Makes a table of level `pmd` with one entry, which leads to the leaf table in this frame. */
export type MakeUpperTable = (leaf: PageTable, pfn: Pfn) => PageTable;

/** What the upper level needs of the world. */
export interface UpperHost {
  readonly cells: CellTable;
  /** CPUs that have walk caches. */
  readonly cpus: readonly number[];
  /** See {@link MakeUpperTable}. */
  leadTo(leaf: PageTable, pfn: Pfn): PageTable;
  /** A leaf table for the same pages that nothing leads to. */
  spareTable(like: PageTable, name: string): PageTable;
  /** TLBs keep translations of the leaf apart. */
  addLeaf(slot: Ptdesc): void;
  setInitial(ptep: Ptep, pte: PteWord): void;
  readonly pmd: { pmdPopulate(pfn: Pfn): PteWord; pmdBad(pmd: PteWord): boolean; pmdPfn(pmd: PteWord): Pfn };
}

/** The upper level of a world. */
export class UpperLevelTables {
  readonly #byTable = new Map<PageTable, Ptdesc>();
  readonly #byEntry = new Map<Ptep, Ptdesc>();
  readonly #byPfn = new Map<Pfn, Ptdesc>();
  readonly #belongs = new Map<Ptdesc, Cell>();
  #wanders = false;

  constructor(private readonly host: UpperHost) {}

  /** Give the table of this area an upper-level entry; with `spec` the level is followed in full. */
  add({ table }: Vma, spec?: UpperSpec): Ptdesc {
    const known = this.#byTable.get(table);
    if (known !== undefined) {
      if (spec === undefined || known.follows) return known;
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${table.name} already has an upper level`, {
        expected: 'pmds.add(vma, spec) before anybody asks for pmds.add(vma)',
      });
    }
    const { cells, cpus } = this.host;
    const { name } = table;
    const pfn = FIRST_TABLE + this.#byPfn.size;
    const [pmdp] = this.host.leadTo(table, pfn).entries;
    if (pmdp === undefined) throw new RangeError(`nothing leads to ${name}`);
    const show = (w: Word): string => this.#cacheText(w, name, ptdesc);
    const ptdesc: Ptdesc = {
      table,
      pfn,
      pmdp,
      freed: this.#freed(name),
      users: spec === undefined ? -1 : this.#users(name),
      walkCaches: new Map(
        cpus.map((cpu) => [
          cpu,
          cells.add({
            name: `walk cache${cpu}:${name}`,
            initial: 0,
            show,
            role: { is: 'walk-cache', cpu, table: name },
          }),
        ]),
      ),
      follows: spec !== undefined,
    };
    this.#byEntry.set(pmdp, ptdesc);
    this.#know(ptdesc);
    if (spec !== undefined) this.host.addLeaf(ptdesc);
    this.#start(ptdesc, spec?.leads ?? 'table');
    return ptdesc;
  }

  /** A leaf table for the pages of an area that nothing leads to: allocated for a fault or a split, or deposited. */
  spare({ table }: Vma, name = `${table.name}.spare${this.#byPfn.size}`): Ptdesc {
    const home = this.#byTable.get(table);
    if (home === undefined || !home.follows) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${table.name} has no upper level that is followed`, {
        expected: 'pmds.add(vma, {}) before pmds.spare(vma)',
      });
    }
    const own = this.host.spareTable(table, name);
    const pfn = FIRST_TABLE + this.#byPfn.size;
    const { pmdp, walkCaches, follows } = home;
    const words = { freed: this.#freed(name), users: this.#users(name), walkCaches };
    const ptdesc: Ptdesc = { table: own, pfn, pmdp, ...words, follows };
    this.#know(ptdesc);
    return ptdesc;
  }

  /** Whether an entry may lead to another table than that of its area: there are tables it could lead to. */
  get wanders(): boolean {
    return this.#wanders;
  }

  /** What leads to a leaf table, if the race has that level. */
  of(table: PageTable): Ptdesc | undefined {
    return this.#byTable.get(table);
  }

  /** The area's table below an entry of this level, whether or not the entry leads there now. */
  under(pmdp: Ptep): Ptdesc | undefined {
    return pmdp.table.level === undefined ? undefined : this.#byEntry.get(pmdp);
  }

  /** The table that an entry of this value leads to, or undefined: it is empty, maps pages, or leads nowhere. */
  ledBy(pmd: PteWord): Ptdesc | undefined {
    const { pmdBad, pmdPfn } = this.host.pmd;
    return pmdBad(pmd) ? undefined : this.#byPfn.get(pmdPfn(pmd));
  }

  /** The bit for a table in the walk caches of an entry; `slot` is the area's own table. */
  bit(slot: Ptdesc, { table, pfn }: Ptdesc): Word {
    return slot.table === table ? 1 : 2 << (pfn - FIRST_TABLE);
  }

  /** The tables that a walk cache of an entry has. */
  cached(slot: Ptdesc, word: Word): readonly Ptdesc[] {
    return [...this.#byPfn.values()].filter((ptdesc) => (word & this.bit(slot, ptdesc)) !== 0);
  }

  /**
   * Ghost, of a table that address spaces share: 0, or 1 + the index of the one that has it for itself by now
   * (`takeOverTable`); -1 of any other.
   */
  belongs(ptdesc: Ptdesc): Cell {
    return this.#belongs.get(ptdesc) ?? -1;
  }

  /** Words that say whether a table may be reached. */
  lifeOf(ptdesc: Ptdesc | undefined): readonly Cell[] {
    if (ptdesc === undefined) return [];
    return [ptdesc.freed, this.belongs(ptdesc)].filter((c) => c >= 0);
  }

  /** Every entry of this level, by the area's own table. */
  get slots(): readonly Ptdesc[] {
    return [...this.#byEntry.values()];
  }

  /** Entries from which a walk may come to this table: that of its area, or where tables wander any. */
  slotsFor(ptdesc: Ptdesc): readonly Ptdesc[] {
    return this.#wanders ? this.slots : [ptdesc];
  }

  /** Every leaf table that has a level above it. */
  get leafTables(): readonly PageTable[] {
    return [...this.#byTable.keys()];
  }

  /** The words that say which leaf tables are free. */
  get freedCells(): readonly Cell[] {
    return [...this.#byPfn.values()].map(({ freed }) => freed);
  }

  /** The tables of this level that are followed in full. */
  get followed(): readonly PageTable[] {
    return this.slots.filter(({ follows }) => follows).map(({ pmdp }) => pmdp.table);
  }

  /** Every table of this level. */
  get tables(): readonly PageTable[] {
    return this.slots.map(({ pmdp }) => pmdp.table);
  }

  #know(ptdesc: Ptdesc): void {
    this.#byTable.set(ptdesc.table, ptdesc);
    this.#byPfn.set(ptdesc.pfn, ptdesc);
    if (ptdesc.follows && this.#byPfn.size > 1) this.#wanders = true;
    if (this.#byPfn.size <= MOST_TABLES) return;
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${this.#byPfn.size} page tables in one race`, {
      expected: `at most ${MOST_TABLES}`,
    });
  }

  #start(slot: Ptdesc, leads: 'table' | 'none' | Ptdesc): void {
    if (leads === 'table') return;
    if (leads === 'none') {
      this.host.setInitial(slot.pmdp, PTE_ZERO);
      return;
    }
    if (leads.table.entries.length !== slot.table.entries.length) {
      throw new RacewalkError(
        'RACEWALK_BAD_SCENARIO',
        `${slot.table.name} cannot share ${leads.table.name}`,
        {
          expected: 'two areas of the same length',
        },
      );
    }
    this.host.setInitial(slot.pmdp, this.host.pmd.pmdPopulate(leads.pfn));
    if (this.#belongs.has(leads)) return;
    const name = `owner of ${leads.table.name}`;
    this.#belongs.set(leads, this.host.cells.add({ name, initial: 0, ghost: true }));
  }

  #freed(name: string): Cell {
    return this.host.cells.add({
      name: `table ${name}`,
      initial: 0,
      show: (w) => (w === 0 ? 'in use' : 'free'),
      role: { is: 'table', table: name },
    });
  }

  #users(name: string): Cell {
    return this.host.cells.add({ name: `agents in table ${name}`, initial: 0, ghost: true });
  }

  #cacheText(word: Word, name: string, slot: Ptdesc): string {
    if (word === 0) return 'empty';
    if (word === 1 || !slot.follows) return name;
    return this.cached(slot, word)
      .map(({ table }) => table.name)
      .join(' or ');
  }
}

/** A leaf of this level must map frames from a multiple of its size on; why it does not, or null. */
export function misaligned(pfn: Pfn, level: keyof typeof LEAF_PAGES): string | null {
  const pages = LEAF_PAGES[level];
  return pfn % pages === 0 ? null : `frame ${hex(pfn)} of a ${level} leaf is no multiple of ${hex(pages)}`;
}
