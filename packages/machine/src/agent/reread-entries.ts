/** Access to entries that tells observers of reads whether an agent is about to find what it found before. */

import type { EntryAccess, HalvesAccess, Ptep, PteWord } from '@racewalk/core';
import { type AtomicBody, atomic, type Step, type Word } from '@racewalk/core/step';
import { type ReadPhase, watchedReads } from '../entries/entries.js';
import { cellsOf } from '../world/table-words.js';
import type { World } from '../world/types.js';
import type { CallStack } from './binder.js';

/** The agent whose reads they are. */
interface Reader {
  readonly calls: CallStack;
  readonly agent: string;
  readonly keeps: unknown[];
}

/** What an agent last read of an entry, and from which calls: of the operation, and of who called that. */
interface Seen {
  readonly value: Word;
  readonly calls: readonly number[];
}

type Access = EntryAccess & Partial<HalvesAccess>;

/**
 * The accesses of one agent, where an observer watches reads; else `raw` itself. Before a read that may be a re-check,
 * and before an exchange that compares, a step of its own looks whether the check would pass: if it would there, it
 * does in the schedule where nobody comes in between. After a read, another step notes it. Of an entry in halves the
 * low half is watched: that is what `ptep_get_lockless` compares.
 */
export function rereadEntries(w: World, m: Reader, raw: Access): Access {
  const watch = watchedReads(w, m.agent);
  if (watch === null) return raw;
  const last = new Map<Ptep, Seen>();
  m.keeps.push(last);
  const callsNow = () => [m.calls.call(0), m.calls.call(1)];

  function* tell(ptep: Ptep, phase: ReadPhase, expected: Word | undefined): Step<void> {
    const watching = watch?.(ptep);
    if (watching === undefined || watching.cells.length === 0) return;
    const run: AtomicBody = (mem, base, faults) => {
      const passes = phase === 'read' || mem[base + ptep.cell] === expected;
      if (passes) watching.report(mem, base, phase, faults);
      return 0;
    };
    const cells = [...new Set([...cellsOf(ptep), ...watching.cells])];
    yield* atomic(cells, run, { text: `(${phase} ${ptep.name})`, does: 'observe' }, { locked: false });
  }
  function* watched(ptep: Ptep, reads: Step<Word>): Step<Word> {
    const before = last.get(ptep);
    const recheck = before?.calls.some((call) => callsNow().includes(call)) === true;
    if (recheck) yield* tell(ptep, 'checks', before?.value);
    const value = yield* reads;
    yield* tell(ptep, 'read', undefined);
    last.set(ptep, { value, calls: callsNow() });
    return value;
  }
  function* whole(ptep: Ptep, op: string): Step<PteWord> {
    let found: PteWord | null = null;
    yield* watched(
      ptep,
      (function* (): Step<Word> {
        found = yield* raw.readOnce(ptep, op);
        return found.id;
      })(),
    );
    return found as unknown as PteWord;
  }
  const halves: Partial<HalvesAccess> =
    raw.readLow === undefined
      ? {}
      : { readLow: (ptep, op = '') => watched(ptep, readLow(raw as HalvesAccess, ptep, op)) };
  return {
    ...raw,
    ...halves,
    readOnce: (ptep, op = '') => (ptep.high >= 0 ? raw.readOnce(ptep, op) : whole(ptep, op)),
    *cmpxchg(ptep, old, pte, op = '') {
      const expected = ptep.high < 0 ? old.id : old.lo | 0;
      if (last.get(ptep)?.value === expected) yield* tell(ptep, 'checks', expected);
      return yield* raw.cmpxchg(ptep, old, pte, op);
    },
  };
}

/** As a generator, so that the read is announced when it is its turn. */
function* readLow(raw: HalvesAccess, ptep: Ptep, op: string): Step<Word> {
  return yield* raw.readLow(ptep, op);
}
