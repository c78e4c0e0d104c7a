/**
 * The level above the leaf tables, as far as a race has one: the entry that leads to a leaf table, the walk caches
 * that remember it, and whether the table is still one. A race asks for it by {@link UpperLevelTables.add}; the
 * tables of other races are always there.
 */
import type { PageTable, Pfn, Ptep, Vma } from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';

/** The page that a leaf table is in, and what leads to it at the start: `struct ptdesc`. */
export interface Ptdesc {
  /** The leaf table. */
  readonly table: PageTable;
  /** Frame of the page. */
  readonly pfn: Pfn;
  /** `pmd_t *`: an entry of a table of level `pmd`. It leads to the leaf table, maps a page itself, or is empty. */
  readonly pmdp: Ptep;
  /** 1 once the page has been freed. */
  readonly freed: Cell;
  /** For each CPU: 1 while its walk cache points to the table. */
  readonly walkCaches: ReadonlyMap<number, Cell>;
}

/** Tables are kept apart from the pages that folios have. */
const FIRST_TABLE: Pfn = 0x9000;

/** Makes a table of level `pmd` with one entry, which leads to the leaf table in this frame. */
export type MakeUpperTable = (leaf: PageTable, pfn: Pfn) => PageTable;

/** The upper level of a world. */
export class UpperLevelTables {
  readonly #byTable = new Map<PageTable, Ptdesc>();
  readonly #byEntry = new Map<Ptep, Ptdesc>();

  constructor(
    private readonly cells: CellTable,
    private readonly cpus: readonly number[],
    private readonly make: MakeUpperTable,
  ) {}

  /** Give the table of this area an upper-level entry. */
  add({ table }: Vma): Ptdesc {
    const known = this.#byTable.get(table);
    if (known !== undefined) return known;
    const { cells } = this;
    const { name } = table;
    const pfn = FIRST_TABLE + this.#byTable.size;
    const [pmdp] = this.make(table, pfn).entries;
    if (pmdp === undefined) throw new RangeError(`nothing leads to ${name}`);
    const ptdesc: Ptdesc = {
      table,
      pfn,
      pmdp,
      freed: cells.add({
        name: `table ${name}`,
        initial: 0,
        show: (w) => (w === 0 ? 'in use' : 'free'),
        role: { is: 'table', table: name },
      }),
      walkCaches: new Map(
        this.cpus.map((cpu) => [
          cpu,
          cells.add({
            name: `walk cache${cpu}:${name}`,
            initial: 0,
            show: (w: Word) => (w === 0 ? 'empty' : name),
            role: { is: 'walk-cache', cpu, table: name },
          }),
        ]),
      ),
    };
    this.#byTable.set(table, ptdesc);
    this.#byEntry.set(pmdp, ptdesc);
    return ptdesc;
  }

  /** What leads to a leaf table, if the race has that level. */
  of(table: PageTable): Ptdesc | undefined {
    return this.#byTable.get(table);
  }

  /** The table that an entry of this level leads to, or that it maps a page instead of. */
  under(pmdp: Ptep): Ptdesc | undefined {
    return pmdp.table.level === undefined ? undefined : this.#byEntry.get(pmdp);
  }

  /** Every table of this level. */
  get tables(): readonly PageTable[] {
    return [...this.#byTable.values()].map(({ pmdp }) => pmdp.table);
  }
}
