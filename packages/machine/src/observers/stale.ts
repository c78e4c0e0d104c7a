import {
  blockOf,
  describePte,
  type Ptep,
  type PteWord,
  pteById,
  ptepOf,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { ObserverOf, World } from '../world/types.js';
import type { CompletionEvent, StepView } from './observer.js';

/**
 * Call `bad` for every TLB entry in the range of a completed operation.
 *
 * No agent need use the entry: while it is there, it could be used.
 */
function eachCached(
  w: World,
  s: StepView,
  event: CompletionEvent,
  visit: (cached: PteWord, where: string, vpn: Vpn) => void,
): void {
  for (const cpu of w.userCpus) {
    for (let vpn = event.start; vpn < event.end; vpn++) {
      const cell = w.tlbCell(cpu, event.vma.mm, vpn);
      const id = cell < 0 ? 0 : s.get(cell);
      if (id === 0) continue;
      visit(pteById(id), `cpu${cpu} still has ${event.vma.table.name}[${vpn - event.vma.table.start}]`, vpn);
    }
  }
}

/** The entries that can say whether a page was used: its own, and in a block all. */
const speakersFor = (w: World, vma: Vma, vpn: Vpn): readonly Ptep[] => blockOf(ptepOf(vma, vpn), w.contPtes);

/** Whether an access through the cached translation was, or will be, noted in memory. */
function noted(w: World, s: StepView, event: CompletionEvent, cached: PteWord, vpn: Vpn): boolean {
  const v = w.arch.values;
  if (!v.pteYoung(cached)) return true;
  return speakersFor(w, event.vma, vpn).some((ptep) => {
    const pte = w.entryIn((cell) => s.get(cell), ptep);
    return (ptep.vpn === vpn || v.pteCont(pte)) && v.pteValid(pte) && v.pteYoung(pte);
  });
}

/** STALE: a translation outlives the completion of the operation that took its entry away. */
export const stale: ObserverOf = (w) => ({
  code: 'STALE',
  completeCells(event) {
    if (event.promises !== 'old') return [];
    const cells: Cell[] = [];
    for (let vpn = event.start; vpn < event.end; vpn++) {
      for (const ptep of speakersFor(w, event.vma, vpn)) cells.push(ptep.cell, ptep.high);
    }
    return cells.filter((cell) => cell >= 0);
  },
  complete(s, event, faults) {
    if (event.promises === 'read-only') return;
    eachCached(w, s, event, (cached, where, vpn) => {
      // A CPU that walked after the flag was cleared has set it again.
      if (event.promises === 'old' && noted(w, s, event, cached, vpn)) return;
      faults.fail('STALE', `${where} cached as ${describePte(w.arch, cached)} after the operation completed`);
    });
  },
});

/** PERM: a translation that allows stores outlives the completion of a write-protect. */
export const perm: ObserverOf = (w) => ({
  code: 'PERM',
  complete(s, event, faults) {
    if (event.promises !== 'read-only') return;
    eachCached(w, s, event, (cached, where) => {
      if (!w.walker.permits(cached, 'store')) return;
      faults.fail('PERM', `${where} cached as ${describePte(w.arch, cached)} and may store through it`);
    });
  },
});
