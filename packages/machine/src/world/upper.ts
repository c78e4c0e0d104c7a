/** The words of one level above the leaf tables: its entries, walk caches, and tables that were freed. */
import type { PageTable, Vma } from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';

/** What an upper-level entry says. */
export const PmdState = { NONE: 0, TABLE: 1, LEAF: 2 } as const;

const STATES = ['none', 'table', 'huge page'];

/** A {@link PmdState} in words. */
export const pmdText = (w: Word): string => STATES[w] ?? `${w}`;

/** An upper-level entry, and the leaf table it points to at the start: `pmd_t *`. */
export interface Pmd {
  readonly table: PageTable;
  /** Word of {@link PmdState}. */
  readonly cell: Cell;
  /** The lock of the upper level. @kernel pmd_lock */
  readonly lock: Cell;
  /** 1 once the table is back in the allocator. */
  readonly freed: Cell;
  /** For each CPU that runs user code: 1 while its walk cache points to the table. */
  readonly walkCaches: ReadonlyMap<number, Cell>;
}

/** The upper level of a world. A race that wants it asks by {@link PmdLevel.add}; else leaf tables are always there. */
export class PmdLevel {
  readonly #byTable = new Map<PageTable, Pmd>();

  constructor(
    private readonly cells: CellTable,
    private readonly userCpus: readonly number[],
  ) {}

  /** Give the table of this area an upper-level entry. */
  add(vma: Vma): Pmd {
    const { cells } = this;
    const { table } = vma;
    const known = this.#byTable.get(table);
    if (known !== undefined) return known;
    const cached = (w: Word) => (w === 0 ? 'empty' : table.name);
    const pmd: Pmd = {
      table,
      cell: cells.add({
        name: `pmd:${table.name}`,
        initial: PmdState.TABLE,
        show: pmdText,
        role: { is: 'table-entry', table: table.name },
      }),
      lock: cells.addLock(`pmd_lock:${table.name}`),
      freed: cells.add({
        name: `table ${table.name}`,
        initial: 0,
        show: (w) => (w === 0 ? 'in use' : 'free'),
        role: { is: 'table', table: table.name },
      }),
      walkCaches: new Map(
        this.userCpus.map((cpu) => [
          cpu,
          cells.add({
            name: `walk cache${cpu}:${table.name}`,
            initial: 0,
            show: cached,
            role: { is: 'walk-cache', cpu, table: table.name },
          }),
        ]),
      ),
    };
    this.#byTable.set(table, pmd);
    return pmd;
  }

  /** The upper-level entry of a table, if the race has that level. */
  of(table: PageTable): Pmd | undefined {
    return this.#byTable.get(table);
  }
}
