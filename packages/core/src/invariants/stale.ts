import { describePte } from '../machine/describe.js';
import type { World } from '../machine/world.js';
import { type PteWord, pteById } from '../pte/word.js';
import type { CompletionEvent, Observer, StepView } from './observer.js';

/**
 * Call `bad` for every TLB entry in the range of a completed operation.
 *
 * The entry need not be used by anybody: that it is still there means that it could be.
 */
function eachCached(
  w: World,
  s: StepView,
  event: CompletionEvent,
  visit: (cached: PteWord, where: string) => void,
): void {
  for (const cpu of w.userCpus) {
    for (let vpn = event.start; vpn < event.end; vpn++) {
      const cell = w.tlbCell(cpu, event.vma.mm, vpn);
      const id = cell < 0 ? 0 : s.get(cell);
      if (id === 0) continue;
      visit(pteById(id), `cpu${cpu} still has ${event.vma.table.name}[${vpn - event.vma.table.start}]`);
    }
  }
}

/** STALE: a translation outlives the completion of the operation that took its entry away. */
export const stale: Observer = {
  code: 'STALE',
  complete(w, s, event, faults) {
    if (event.promises === 'read-only') return;
    eachCached(w, s, event, (cached, where) => {
      if (event.promises === 'old' && !w.arch.values.pteYoung(cached)) return;
      faults.fail('STALE', `${where} cached as ${describePte(w.arch, cached)} after the operation completed`);
    });
  },
};

/** PERM: a translation that allows stores outlives the completion of a write-protect. */
export const perm: Observer = {
  code: 'PERM',
  complete(w, s, event, faults) {
    if (event.promises !== 'read-only') return;
    eachCached(w, s, event, (cached, where) => {
      if (!w.walker.permits(cached, 'store')) return;
      faults.fail('PERM', `${where} cached as ${describePte(w.arch, cached)} and may store through it`);
    });
  },
};
