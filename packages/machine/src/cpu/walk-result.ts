/** What a step that walks may return besides the id of a translation, and how it is said. */
import { type ArchPlugin, type FaultKind, type Ptep, pteById, pteWord } from '@racewalk/core';
import type { Cell, ShowOutcome } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import { ANSWERS } from './answers.js';

/** Faults, by the number that a walk returns: -1 minus the index. */
export const FAULTS: readonly FaultKind[] = ['translation', 'access-flag', 'permission'];

/** Result of a walk whose upper-level translation was invalidated: the walk restarts at the upper level. */
export const FROM_THE_TOP = -0x40000000;

/** Result of a walk whose way to the table was invalidated; see `way.ts`. */
export const LOST = -0x40000001;

/** Result of a walk that would change an entry, where it has not been said which. */
export const UPDATES = -0x10000000;

/** Result of a translation that is to be tried again: what refused it has gone. */
export const AGAIN = -0x18000000;

/** Result of a walk whose update is a step of its own: this, minus the id of the entry that was read. */
export const LATER = -0x30000000;

/** The outcome of a walk in words; `read` are the entry it read and the one its update lands on, `cells` the step's. */
export const walkText =
  (arch: ArchPlugin, cells: readonly Cell[], read: readonly Ptep[]): ShowOutcome =>
  ({ result, before, after }) => {
    if (result <= LATER && result > FROM_THE_TOP) return '→ is to be updated';
    if (result === LOST) return 'the way there was invalidated, walks from the top';
    if (result === FROM_THE_TOP) return 'the walk cache is empty, walks from the top';
    if (result === UPDATES) return '→ needs an update';
    if (result <= ANSWERS) return '→ the TLB may answer';
    if (result < 0) return `→ ${FAULTS[-result - 1] ?? ''} fault`;
    const text = (values: readonly number[], ptep: Ptep): string => {
      const at = (c: Cell) => values[cells.indexOf(c)] ?? 0;
      const pte = ptep.high < 0 ? pteById(at(ptep.cell)) : pteWord(at(ptep.cell), at(ptep.high));
      return describePte(arch, pte);
    };
    for (const p of read) {
      const [was, is] = [text(before, p), text(after, p)];
      if (was !== is) return `${p.name}: ${was} → ${is} (hardware)`;
    }
    const [from] = read;
    return from === undefined ? '' : `→ ${text(after, from)}`;
  };
