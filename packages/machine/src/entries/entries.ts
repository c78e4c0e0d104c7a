/**
 * Access to one entry in memory, as steps. All software accesses to entries go through here, so that observers
 * see every change; those of the hardware are in `access.ts`.
 */

import { type EntryAccess, type Ptep, type PteWord, pteById, type UpperLevel } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  cmpxchg,
  type Does,
  type FaultSink,
  leaf,
  type Note,
  Order,
  read,
  type ShowOutcome,
  type Step,
  type Word,
  write,
  xchg,
} from '@racewalk/core/step';
import type { ReadEvent } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import { cellsOf } from '../world/table-words.js';
import type { World } from '../world/types.js';
import { describePte } from './describe.js';
import { describeEntry, malformedAt } from './leaf-walk.js';
import { strayAt } from './stray.js';

const PTE: Step<PteWord> = leaf(pteById);

/** The part of a software write of one entry that the TLBs and the observers have. */
export interface WatchedWrite {
  /** Words of observers that join the step. */
  readonly cells: readonly Cell[];
  /** Words of TLBs that may be filled from the entry before it changes. */
  readonly tlbs: readonly Cell[];
  /** Why the entry must not have this value, or null; null if no observer watches. */
  malformed(pte: PteWord): string | null;
  /** Runs inside the step; `old` is null where the store is announced rather than made (see `announceStore`). */
  report(mem: Int32Array, base: number, old: PteWord | null, now: PteWord, faults: FaultSink): void;
}

/** The same where nobody is concerned: nothing. */
export const NOT_WATCHED: WatchedWrite = Object.freeze({
  cells: [],
  tlbs: [],
  malformed: () => null,
  report: () => undefined,
});

/**
 * What a software write to an entry concerns: TLBs that may have been filled from it, the observers, and the check for
 * malformed values.
 */
export function watchedWrite(w: World, ptep: Ptep): WatchedWrite {
  const checked = w.watches('ENC');
  const malformed = (pte: PteWord) => (checked ? (malformedAt(w, ptep, pte) ?? strayAt(w, ptep, pte)) : null);
  const watching = w.observers.filter((o) => o.entryWrite !== undefined);
  const tlbs = w.tlbs.storeCells(ptep);
  if (!checked && watching.length === 0 && tlbs.length === 0) return NOT_WATCHED;
  const view = new MemoryView();
  return {
    cells: watching.flatMap((o) => o.entryCells?.(ptep) ?? []),
    tlbs,
    malformed,
    report(mem, base, old, now, faults) {
      view.at(mem, base);
      if (tlbs.length > 0 && old !== null) w.tlbs.stored(view, ptep, old, now);
      const bad = malformed(now);
      if (bad !== null) faults.fail('ENC', `${ptep.name} = ${describePte(w.arch, now)}: ${bad}`);
      for (const o of watching) o.entryWrite?.(view, ptep, old, now, faults);
    },
  };
}

/** A re-check of the entry would pass now; or the agent has read it. */
export type ReadPhase = ReadEvent['phase'];

/** The observers' part of a read of one entry by one agent; null if no observer watches reads. */
export interface WatchedRead {
  readonly cells: readonly Cell[];
  report(mem: Int32Array, base: number, phase: ReadPhase, faults: FaultSink): void;
}

/** The observers of the reads of an agent, for each entry. */
export function watchedReads(w: World, agent: string): ((ptep: Ptep) => WatchedRead) | null {
  const watching = w.observers.filter((o) => o.read !== undefined);
  if (watching.length === 0) return null;
  const view = new MemoryView();
  return (ptep) => ({
    cells: watching.flatMap((o) => o.readCells?.(agent, ptep) ?? []),
    report(mem, base, phase, faults) {
      for (const o of watching) o.read?.(view.at(mem, base), { agent, ptep, phase }, faults);
    },
  });
}

/** {@link watchedWrite}, made once for each entry. */
export function watchTable(w: World): (ptep: Ptep) => WatchedWrite {
  const known = new Map<Ptep, WatchedWrite>();
  return (ptep) => {
    let found = known.get(ptep);
    if (found === undefined) {
      found = watchedWrite(w, ptep);
      known.set(ptep, found);
    }
    return found;
  };
}

/**
 * Announce a plain store that will reach memory later, or in parts: a store that waits in a store buffer, or one made in
 * two halves. From here on other agents may see `pte`, and the TLBs may have what stands in memory. Returns
 * whether that was something a TLB may have.
 */
export function* announceStore(w: World, ptep: Ptep, pte: PteWord, op: string): Step<boolean> {
  const watching = watchedWrite(w, ptep);
  const live = yield* fillBefore(w, ptep, watching, op);
  if (watching.cells.length === 0 && watching.malformed(pte) === null) return live;
  const body: AtomicBody = (mem, base, faults) => {
    watching.report(mem, base, null, pte, faults);
    return 0;
  };
  const note = { op, text: '(observed)', does: 'observe' } as const;
  yield* atomic(watching.cells, body, note, { locked: false });
  return live;
}

/** The TLBs may be filled from the entry as it stands in memory. A look first: mostly there is nothing to fill them with. */
export function* fillBefore(
  w: World,
  ptep: Ptep,
  { tlbs }: Pick<WatchedWrite, 'tlbs'>,
  op: string,
): Step<boolean> {
  if (tlbs.length === 0) return false;
  const own = [ptep.cell, ptep.high].filter((c) => c >= 0);
  const view = new MemoryView();
  const entry = (mem: Int32Array, base: number): PteWord => {
    view.at(mem, base);
    return w.entryIn((cell) => view.get(cell), ptep);
  };
  const look: AtomicBody = (mem, base) => (w.tlbs.mayFill(ptep, entry(mem, base)) ? 1 : 0);
  const fill: AtomicBody = (mem, base) => {
    w.tlbs.stored(view, ptep, entry(mem, base), null);
    return 0;
  };
  const note = { op, text: '(a walker may look)', does: 'observe' } as const;
  if ((yield* atomic(own, look, note, { locked: false })) === 0) return false;
  yield* atomic(
    [...new Set([...own, ...tlbs])],
    fill,
    { ...note, text: '(TLBs may be filled)' },
    { locked: false },
  );
  return true;
}

/** How the outcomes of accesses to entries of one level are said. */
function textsOf({ arch }: World, level: UpperLevel | undefined) {
  const text = (id: Word) => describeEntry(arch, level, pteById(id));
  return {
    text,
    read: (o: Parameters<ShowOutcome>[0]) => `→ ${text(o.result)}`,
    written: (o: Parameters<ShowOutcome>[0]) => `= ${text(o.after[0] ?? 0)}`,
    both: (o: Parameters<ShowOutcome>[0]) => `${text(o.before[0] ?? 0)} → ${text(o.after[0] ?? 0)}`,
  };
}

/**
 * The words that the address of an entry is computed from: the entry above, where the race has that level. Linux relies on
 * this dependency wherever it walks without a lock.
 */
export function leadsTo(w: World, { table }: Ptep): readonly Cell[] {
  const ptdesc = w.pmds.of(table);
  if (ptdesc === undefined) return NOTHING;
  return w.pmds.slotsFor(ptdesc).flatMap(({ pmdp }) => cellsOf(pmdp));
}

const NOTHING: readonly Cell[] = Object.freeze([]);

/** Entries that one access moves whole. */
export function wordEntries(w: World): EntryAccess {
  const leaf = textsOf(w, undefined);
  const upper = textsOf(w, 'pmd');
  const texts = ({ table }: Ptep) => (table.level === undefined ? leaf : upper);
  const note = (op: string, ptep: Ptep): Note => ({ op, text: ptep.name });
  const watch = watchTable(w);
  const buffered = w.arch.memory !== 'sc';
  const order = w.arch.relaxedExchanges === true ? Order.RELAXED : Order.USUAL;
  /** An exchange whose store may be seen late is announced, as a plain store is. */
  const late = w.arch.memory === 'weak' && order === Order.RELAXED;

  /** A step that changes the entry as `next` says, reporting to the observers. */
  const change = (ptep: Ptep, next: (old: PteWord) => PteWord, op: string, does: Does, show: ShowOutcome) => {
    const watching = watch(ptep);
    const { cell } = ptep;
    const body: AtomicBody = (mem, base, faults) => {
      const old = pteById(mem[base + cell] ?? 0);
      const now = next(old);
      mem[base + cell] = now.id;
      if (now !== old) watching.report(mem, base, old, now, faults);
      return old.id;
    };
    const locked = does !== 'store';
    atomic(
      [...new Set([cell, ...watching.tlbs, ...watching.cells])],
      body,
      { ...note(op, ptep), does, on: [cell] },
      { locked, order, show },
    );
    return PTE;
  };

  return {
    *readOnce(ptep, op = '') {
      const order = Order.USUAL;
      return pteById(yield* read(ptep.cell, note(op, ptep), texts(ptep).read, order, leadsTo(w, ptep)));
    },
    *writeOnce(ptep, pte, op = '') {
      const watching = watch(ptep);
      if (watching === NOT_WATCHED || buffered) {
        yield* announceStore(w, ptep, pte, op);
        yield* write(ptep.cell, pte.id, note(op, ptep), texts(ptep).written);
      } else {
        yield* change(ptep, () => pte, op, 'store', texts(ptep).written);
      }
    },
    *xchg(ptep, pte, op = '') {
      const { text } = texts(ptep);
      const show: ShowOutcome = (o) => `→ ${text(o.result)}, now ${text(pte.id)}`;
      if (watch(ptep) !== NOT_WATCHED) {
        if (!late) return yield* change(ptep, () => pte, op, 'exchange', show);
        yield* announceStore(w, ptep, pte, op);
      }
      return pteById(yield* xchg(ptep.cell, pte.id, note(op, ptep), show, order));
    },
    *cmpxchg(ptep, old, pte, op = '') {
      const { text } = texts(ptep);
      const show: ShowOutcome = (o) =>
        o.result === old.id ? `→ as expected, now ${text(pte.id)}` : `→ ${text(o.result)}, not as expected`;
      if (watch(ptep) !== NOT_WATCHED) {
        return yield* change(ptep, (now) => (now === old ? pte : now), op, 'exchange', show);
      }
      return pteById(yield* cmpxchg(ptep.cell, old.id, pte.id, note(op, ptep), show, order));
    },
    *update(ptep, next, op = '') {
      return yield* change(ptep, next, op, 'update', texts(ptep).both);
    },
  };
}
