/** What every operation does to a block in every half-cleared state, by running it there. */
import { type ArchPlugin, type PteWord, RacewalkError } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { entriesOf, type FunctionTable, initialMemory, Machine, runAlone, World } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { clearEntry } from '../agents/teardown.js';
import { mapBlock } from '../block.js';
import { entryOf, OTHER_APIS, type OtherApi } from './operations.js';
import { halfClearedStates } from './states.js';

/** What is wrong after a call; the worst first. */
export const HALF_VERDICTS = {
  W: 'waits for ever',
  M: 'maps a cleared entry again',
  C: 'leaves the block mixed, or changes it without break before make (CONT)',
  I: 'leaves something in a cleared entry that nobody has set',
  D: 'forgets that the block was dirty',
  '.': 'right',
} as const;

/** One letter of {@link HALF_VERDICTS}. */
export type HalfVerdict = keyof typeof HALF_VERDICTS;

/** One operation in every state. */
export interface HalfClearedRow {
  readonly name: string;
  readonly op: string;
  /** By state, in the order of the table's states. */
  readonly verdicts: readonly HalfVerdict[];
}

/** What {@link halfClearedTable} returns. */
export interface HalfClearedTable {
  /** Which entries are cleared, counted from 0. */
  readonly states: readonly (readonly number[])[];
  readonly rows: readonly HalfClearedRow[];
  /** What the letters mean. */
  readonly legend: typeof HALF_VERDICTS;
}

/** The table of an architecture that has contiguous blocks, for blocks of `block` entries. */
export function halfClearedTable(arch: ArchPlugin, block = 4): HalfClearedTable {
  const states = halfClearedStates(block);
  const rows = OTHER_APIS.map((api) => ({
    name: api.name,
    op: api.op,
    verdicts: states.map((cleared) => verdictOf(arch, block, api, cleared)),
  }));
  return { states, rows, legend: HALF_VERDICTS };
}

/** One call, alone, after the proposal has cleared these entries. */
function verdictOf(arch: ArchPlugin, block: number, api: OtherApi, cleared: readonly number[]): HalfVerdict {
  const w = new World(arch, { block }, [1], ['CONT']);
  linux(w);
  const s = mapBlock(w, { young: api.old !== true });
  // Written once, and the hardware has recorded it in the first entry.
  linux(w).mapFolio(s.vma, s.folio, { folded: true, young: api.old !== true, dirty: true, pages: 1 });
  w.seal();
  const { values: v } = arch;
  const run = <T>(memory: Int32Array, body: (m: Machine) => Step<T>) => {
    const m = new Machine(w, 0, entriesOf(w));
    return runAlone(w.cells.cells, () => body(m), { memory });
  };
  const before = run(initialMemory(w.cells.cells), function* (m) {
    for (const i of cleared) yield* clearEntry(m, s, i);
  });
  if (api.patch !== undefined) w.binder.replace(api.patch as FunctionTable, {});
  const target = api.on === 'cleared' ? cleared[0]! : firstLeft(cleared);
  let after: { value: PteWord | null; memory: Int32Array; faults: readonly unknown[] };
  try {
    after = run(before.memory, (m) => api.run(m, s, entryOf(s, target)));
  } catch (error) {
    if (error instanceof RacewalkError && error.code === 'RACEWALK_STUCK') return 'W';
    throw error;
  }
  const at = (i: number) => w.entryIn((cell) => after.memory[cell] ?? 0, entryOf(s, i));
  const touched = (i: number) => api.maps === true && i === target;
  if (cleared.some((i) => !touched(i) && v.ptePresent(at(i)))) return 'M';
  if (after.faults.length > 0) return 'C';
  if (cleared.some((i) => !touched(i) && !v.pteNone(at(i)))) return 'I';
  if (api.cleans === true) return '.';
  // An operation that returns an entry returns the flags of the whole block; the others leave the rest of it dirty.
  const remembered =
    after.value === null
      ? s.entries.some((_, i) => v.ptePresent(at(i)) && v.pteDirty(at(i)))
      : v.pteDirty(after.value);
  return remembered ? '.' : 'D';
}

/** The first entry that is left. */
const firstLeft = (cleared: readonly number[]): number => {
  for (let i = 0; ; i++) if (!cleared.includes(i)) return i;
};
