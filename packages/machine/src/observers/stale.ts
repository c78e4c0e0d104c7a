import type { PteWord, Vma, Vpn } from '@racewalk/core';
import type { FaultSink } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import type { ObserverOf, World } from '../world/types.js';
import type { CompletionEvent, StepView } from './observer.js';
import { eachCached, entryFor, given, givingCells, speakersFor } from './translations.js';

/** Whether an access through the cached translation was, or will be, noted in memory. */
function noted(w: World, s: StepView, event: CompletionEvent, cached: PteWord, vpn: Vpn): boolean {
  const v = w.arch.values;
  if (!v.pteYoung(cached)) return true;
  const slot = w.pmds.of(event.vma.table);
  if (slot?.follows === true) {
    const pte = w.entryIn((cell) => s.get(cell), entryFor(w, s, event.vma, vpn));
    return v.pteValid(pte) && v.pteYoung(pte);
  }
  return speakersFor(w, event.vma, vpn).some((ptep) => {
    const pte = w.entryIn((cell) => s.get(cell), ptep);
    return (ptep.vpn === vpn || v.pteCont(pte)) && v.pteValid(pte) && v.pteYoung(pte);
  });
}

/** Why nothing is cached, or null. */
const nobodyCaches = (w: World) => () => (w.cpus.length === 0 ? 'no CPU has a TLB' : null);

const wordsOf = (w: World) => (event: CompletionEvent) => givingCells(w, event.vma, event.start, event.end);

/** When everything has ended, every operation has. */
function atTheEnd(w: World, look: (vma: Vma, faults: FaultSink, s: StepView) => void) {
  return (s: StepView, faults: FaultSink): void => {
    for (const vma of w.vmas) look(vma, faults, s);
  };
}

/**
 * STALE: a translation outlives the completion of the operation that took its entry away. Looked for where an operation
 * says that it is complete, and when all agents have ended, because then every operation is. A translation that
 * the tables give at that moment is no old one: it may have been made while the operation was still under way.
 */
export const stale: ObserverOf = (w) => {
  const say = (cached: PteWord, where: string, when: string) =>
    `${where} cached as ${describePte(w.arch, cached)} ${when}`;
  return {
    code: 'STALE',
    idle: nobodyCaches(w),
    completeCells: wordsOf(w),
    complete(s, event, faults) {
      if (event.promises === 'read-only' || event.promises === 'unwritable') return;
      eachCached(w, s, event, (cached, where, vpn) => {
        // A CPU that walked after the flag was cleared has set it again.
        const fine =
          event.promises === 'old'
            ? noted(w, s, event, cached, vpn)
            : given(w, s, event.vma, vpn, cached) !== null;
        if (!fine) faults.fail('STALE', say(cached, where, 'after the operation completed'));
      });
    },
    end: atTheEnd(w, (vma, faults, s) => {
      eachCached(w, s, { vma, start: vma.start, end: vma.end }, (cached, where, vpn) => {
        if (given(w, s, vma, vpn, cached) !== null) return;
        faults.fail('STALE', say(cached, where, 'when all is over, and the tables do not'));
      });
    }),
  };
};

/** PERM: a translation that allows stores outlives the completion of a write-protect. Looked for as STALE is. */
export const perm: ObserverOf = (w) => {
  /** Whether a translation permits stores although the entry that gives it does not. */
  const tooMuch = (s: StepView, vma: Vma, vpn: Vpn, cached: PteWord): boolean => {
    if (!w.walker.permits(cached, 'store')) return false;
    const entry = given(w, s, vma, vpn, cached);
    return entry === null || !w.arch.values.pteWrite(entry);
  };
  const say = (cached: PteWord, where: string, when: string) =>
    `${where} cached as ${describePte(w.arch, cached)} and may store through it${when}`;
  return {
    code: 'PERM',
    idle: nobodyCaches(w),
    completeCells: wordsOf(w),
    complete(s, event, faults) {
      const { promises } = event;
      if (promises !== 'read-only' && promises !== 'unwritable') return;
      eachCached(w, s, event, (cached, where, vpn) => {
        const stores = w.walker.permits(cached, 'store');
        const bad = promises === 'unwritable' ? stores : tooMuch(s, event.vma, vpn, cached);
        if (bad) faults.fail('PERM', say(cached, where, ''));
      });
    },
    end: atTheEnd(w, (vma, faults, s) => {
      eachCached(w, s, { vma, start: vma.start, end: vma.end }, (cached, where, vpn) => {
        if (tooMuch(s, vma, vpn, cached)) faults.fail('PERM', say(cached, where, ' when all is over'));
      });
    }),
  };
};
