/** What the TLBs need to know of the world. */
import type { ArchPlugin, Capability, Ptep, PteWord } from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';
import type { MemoWalker } from '../world/memo-walker.js';
import type { Spaces } from '../world/spaces.js';
import type { Ptdesc, UpperLevelTables } from '../world/upper.js';

/** The world, as the TLBs see it. */
export interface TlbHost {
  readonly arch: ArchPlugin;
  readonly cells: CellTable;
  readonly walker: MemoWalker;
  /** What each CPU has loaded, where a race follows it. */
  readonly spaces: Spaces;
  /** Entries in a contiguous block. */
  readonly contPtes: number;
  /** Whether the hardware of this run does what a capability says. */
  does(capability: Capability): boolean;
  entryIn(get: (cell: Cell) => Word, ptep: Ptep): PteWord;
  /** What leads to the table of this entry, where the race has that level. */
  above(ptep: Ptep): Ptdesc | undefined;
  /** The table that an entry of the upper level leads to or takes the place of. */
  below(ptep: Ptep): Ptdesc | undefined;
  readonly pmds: UpperLevelTables;
}
