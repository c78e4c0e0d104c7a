/** The accesses to memory and TLBs of an operation that runs alone. */

import type { ArchPlugin, EntryAccess, HalvesAccess, Ptep } from '@racewalk/core';
import {
  type Cell,
  type CellInfo,
  type Effect,
  effectOf,
  OpKind,
  roleOf,
  type Step,
} from '@racewalk/core/step';
import { Machine } from '../agent/machine.js';
import { entriesOf } from '../entries/halves.js';
import { World } from '../world/world.js';
import { initialMemory, runAlone } from './alone.js';

/**
 * Accesses to entries and TLB maintenance, in numbers. An access to an entry that the architecture makes
 * in two halves counts once.
 */
export interface OpCost {
  readonly reads: number;
  readonly writes: number;
  readonly exchanges: number;
  readonly compareExchanges: number;
  /** Other locked updates of one entry. */
  readonly updates: number;
  /** TLB invalidations: broadcasts issued, or CPUs interrupted. */
  readonly invalidations: number;
  /** Barriers that wait for invalidations. */
  readonly barriers: number;
  /** Changes of reference and map counts of folios. */
  readonly references: number;
  /** Contiguous blocks that were unfolded, and are still mapped afterwards. */
  readonly unfolds: number;
}

type Tally = { -readonly [K in keyof OpCost]: OpCost[K] };

const nothing = (): Tally => ({
  reads: 0,
  writes: 0,
  exchanges: 0,
  compareExchanges: 0,
  updates: 0,
  invalidations: 0,
  barriers: 0,
  references: 0,
  unfolds: 0,
});

/** The same accesses, counted. */
function counted(
  access: EntryAccess & Partial<HalvesAccess>,
  tally: Tally,
): EntryAccess & Partial<HalvesAccess> {
  const count = <A extends unknown[], R>(what: keyof Tally, run: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      tally[what]++;
      return run(...args);
    };
  };
  const { readLow, writeHigh, clearHalves } = access;
  return {
    // What is not counted: the other half, the barriers between halves.
    ...access,
    readOnce: count('reads', access.readOnce),
    writeOnce: count('writes', access.writeOnce),
    xchg: count('exchanges', access.xchg),
    cmpxchg: count('compareExchanges', access.cmpxchg),
    update: count('updates', access.update),
    // The half that is read or written first stands for the entry.
    ...(readLow && { readLow: count('reads', readLow) }),
    ...(writeHigh && { writeHigh: count('writes', writeHigh) }),
    ...(clearHalves && { clearHalves: count('writes', clearHalves) }),
  };
}

/**
 * Run one operation alone and count. `block` is the number of entries in a contiguous block, `setup`
 * builds what it works on. One other CPU runs user code, so that an invalidation has a target.
 *
 * @throws RACEWALK_STUCK if the operation waits for another agent
 */
export function costOf<S>(
  arch: ArchPlugin,
  block: number,
  setup: (w: World) => S,
  run: (m: Machine, s: S) => Step<unknown>,
): OpCost {
  const world = new World(arch, { block }, [1], []);
  const state = setup(world);
  world.seal();
  const tally = nothing();
  const isCount = (cell: Cell): boolean => {
    const is = world.cells.cells[cell]?.role?.is;
    return is === 'refcount' || is === 'mapcount';
  };
  const access = entriesOf(world);
  const { steps, memory } = runAlone(world.cells.cells, () =>
    run(new Machine(world, 0, counted(access, tally)), state),
  );
  for (const { op } of steps) {
    const effect = effectOf(op);
    if (invalidates(effect, world.cells.cells)) tally.invalidations++;
    if (effect.does === 'barrier') tally.barriers++;
    if (op.kind !== OpKind.READ && op.cells.some(isCount)) tally.references++;
  }
  tally.unfolds = unfolds(world, initialMemory(world.cells.cells), memory);
  return tally;
}

/** A step that tells TLBs of CPUs to drop translations, whether or not it waits for them. */
function invalidates({ does, on }: Effect, cells: readonly CellInfo[]): boolean {
  if (does !== 'issue' && does !== 'invalidate') return false;
  return on.every((cell) => ['tlb', 'walk-cache'].includes(roleOf(cells[cell]!).is));
}

/** Blocks whose first entry has lost the mark, and still maps something. */
function unfolds(w: World, before: Int32Array, after: Int32Array): number {
  const v = w.arch.values;
  const at = (memory: Int32Array, ptep: Ptep) => w.entryIn((cell) => memory[cell] ?? 0, ptep);
  const lost = (ptep: Ptep) => {
    const [was, is] = [at(before, ptep), at(after, ptep)];
    return ptep.vpn % w.contPtes === 0 && v.pteCont(was) && v.ptePresent(is) && !v.pteCont(is);
  };
  return w.tables.flatMap((table) => table.entries).filter(lost).length;
}
