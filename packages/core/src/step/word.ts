/** A 32-bit integer in shared memory. Page-table entries are stored by their interned id. */
export type Word = number;

/** Index of one word of shared memory, as handed out by `CellTable.add`. */
export type Cell = number;
