import type { PageTable, PteWord } from '@racewalk/core';
import type { Cell, FaultSink, Word } from '@racewalk/core/step';
import { membersOf } from '../tlb/entry-set.js';
import { type Frame, FrameFlag } from '../world/frames.js';
import { cellsOf, tablesOf } from '../world/table-words.js';
import type { ObserverOf, World } from '../world/types.js';
import type { StepView } from './observer.js';
import { detached, mapsFrame } from './translations.js';

/**
 * UAF: an agent reaches a freed frame. Looked for when an access is made, when a lockless walker returns,
 * and when the frame is freed, because an entry or a TLB that still maps it allows a later access. A frame that is
 * free already cannot be freed.
 */
export const uaf: ObserverOf = (w) => {
  const reached = reachedFrames(w);
  return {
    code: 'UAF',
    idle: () => (w.frames.all.length === 0 ? 'there is no frame' : null),
    use(s, event, faults) {
      if ((s.get(event.frame.cell) & FrameFlag.FREED) === 0) return;
      const does = event.access === 'load' ? 'loads from' : 'stores to';
      faults.fail('UAF', `cpu${event.cpu} ${does} ${event.frame.name}, which is free`);
    },
    pinned(s, frame, faults) {
      if ((s.get(frame.cell) & FrameFlag.FREED) === 0) return;
      faults.fail('UAF', `a lockless walker returns ${frame.name}, which was freed`);
    },
    secondaryUse(s, { who, access, frame }, faults) {
      if ((s.get(frame.cell) & FrameFlag.FREED) === 0) return;
      faults.fail(
        'UAF',
        `${who} ${access === 'load' ? 'loads from' : 'stores to'} ${frame.name}, which is free`,
      );
    },
    freeCells: () => [
      ...w.notifiers.flatMap((n) => n.translations ?? []),
      ...tablesOf(w).flatMap((t) => t.entries.flatMap(cellsOf)),
    ],
    free(s, frame, faults) {
      if ((s.get(frame.cell) & FrameFlag.FREED) !== 0) faults.fail('UAF', `${frame.name} is freed twice`);
      const get = (cell: Cell) => s.get(cell);
      for (const table of w.tables) mappedIn(w, s, get, table, frame, faults);
      for (const table of w.pmds.tables) mappedIn(w, s, get, table, frame, faults);
      for (const { name, translations = [], frameOf } of w.notifiers) {
        if (translations.some((cell) => frameOf?.(get(cell)) === frame.pfn)) {
          faults.fail('UAF', `${frame.name} is freed while ${name} still translates to it`);
        }
      }
      for (const vma of w.vmas) {
        for (const cpu of w.cpus) {
          for (let vpn = vma.start; vpn < vma.end; vpn++) {
            if (!reached(w.tlbs.set(get, cpu, vma.mm, vpn), frame)) continue;
            const name = `${vma.table.name}[${vpn - vma.table.start}]`;
            faults.fail('UAF', `${frame.name} is freed while cpu${cpu} still translates ${name} to it`);
          }
        }
      }
    },
  };
};

/** Report the entries of a table that map a frame which is freed. */
function mappedIn(
  w: World,
  s: StepView,
  get: (cell: Cell) => Word,
  table: PageTable,
  frame: Frame,
  faults: FaultSink,
): void {
  if (detached(w, s, table)) return;
  for (const ptep of table.entries) {
    if (!mapsFrame(w, ptep, w.entryIn(get, ptep), frame.pfn)) continue;
    faults.fail('UAF', `${frame.name} is freed while ${ptep.name} maps it`);
  }
}

/**
 * Whether one of a set of translations leads to a frame. This is asked for every page and CPU whenever a frame is freed,
 * so the answer is kept for each set.
 */
function reachedFrames(w: World): (translations: Word, frame: Frame) => boolean {
  const known = new Map<number, Map<Word, boolean>>();
  return (translations, frame) => {
    // Most are empty.
    if (translations === 0) return false;
    let sets = known.get(frame.pfn);
    if (sets === undefined) {
      sets = new Map();
      known.set(frame.pfn, sets);
    }
    let answer = sets.get(translations);
    if (answer === undefined) {
      answer = membersOf(translations).some((cached) => maps(w, cached, frame));
      sets.set(translations, answer);
    }
    return answer;
  };
}

const maps = (w: World, cached: PteWord, frame: Frame): boolean =>
  w.arch.values.pteValid(cached) && w.arch.values.ptePfn(cached) === frame.pfn;
