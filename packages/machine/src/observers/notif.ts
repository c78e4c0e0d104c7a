import { type Ptep, type PteWord, ptepOf } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { describeEntry } from '../entries/leaf-walk.js';
import type { Notifier, NotifierRange } from '../world/mmu-notifier.js';
import { cellsOf } from '../world/table-words.js';
import type { ObserverOf, World } from '../world/types.js';
import type { SecondaryUseEvent, StepView } from './observer.js';
import { entryFor, givingCells } from './translations.js';

/** The entries of a range, over all areas of its address space. */
function inRange(w: World, { mm, start, end }: NotifierRange): Ptep[] {
  const areas = w.vmas.filter((vma) => vma.mm === mm);
  return areas.flatMap((vma) => {
    const [from, to] = [Math.max(start, vma.start), Math.min(end, vma.end)];
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => ptepOf(vma, from + i));
  });
}

/** Whether a huge page maps the frame, and allows the access. A device-exclusive entry is none of a huge page. */
function hugeJustifies(
  { arch }: World,
  { access, exclusive, frame, vpn }: SecondaryUseEvent,
  pmdp: Ptep,
  pmd: PteWord,
): boolean {
  const { pmd: p } = arch;
  if (exclusive || !p.pmdTransHuge(pmd)) return false;
  return p.pmdPfn(pmd) + (vpn - pmdp.vpn) === frame.pfn && (access === 'load' || p.pmdWrite(pmd));
}

/** Whether the primary MMU's entry allows what the secondary one does; device-exclusive entries count. */
function justified(w: World, s: StepView, event: SecondaryUseEvent): boolean {
  const { values: v, swap } = w.arch;
  const ptep = entryFor(w, s, event.vma, event.vpn);
  const pte = w.entryIn((cell) => s.get(cell), ptep);
  if (ptep.table.level !== undefined && event.vma.table !== ptep.table)
    return hugeJustifies(w, event, ptep, pte);
  if (v.ptePresent(pte)) {
    return (
      !event.exclusive && v.ptePfn(pte) === event.frame.pfn && (event.access === 'load' || v.pteWrite(pte))
    );
  }
  if (!swap.isSwapPte(pte)) return false;
  const entry = swap.pteToSwpEntry(pte);
  if (!swap.isDeviceExclusiveEntry(entry) || entry.offset !== event.frame.pfn) return false;
  return event.access === 'load' || swap.isWritableDeviceExclusiveEntry(entry);
}

/**
 * NOTIF: a secondary MMU uses no translation between the return of `invalidate_range_start` and the call
 * of `invalidate_range_end`, and outside of that only what the primary MMU's entry allows: a translation that
 * it found before an invalidation and installed after it, without a check, no longer agrees with the entry.
 */
export const notif: ObserverOf = (w) => {
  /**
   * Ghost word per secondary MMU (by name) and entry: how many invalidations of the entry, not caused by
   * itself, are between the return of start and the call of end.
   */
  const cells = new Map<string, Map<Ptep, Cell>>();

  const cellsIn = (range: NotifierRange): Cell[] => {
    const concerns = (n: Notifier) => n.mm === range.mm && n.ignores?.(range) !== true;
    const entries = inRange(w, range);
    return w.notifiers
      .filter(concerns)
      .flatMap((n) => entries.flatMap((ptep) => cells.get(n.name)?.get(ptep) ?? []));
  };

  return {
    code: 'NOTIF',
    idle: () => (w.notifiers.length === 0 ? 'no secondary MMU is registered' : null),
    prepare() {
      for (const { name, mm } of w.notifiers) {
        const own = new Map<Ptep, Cell>();
        for (const table of w.tables) {
          if (table.mm !== mm) continue;
          for (const ptep of table.entries) own.set(ptep, w.ghost(`${name} must not use ${ptep.name}`));
        }
        cells.set(name, own);
      }
    },
    notifiedCells: cellsIn,
    notified(s, range, phase) {
      for (const cell of cellsIn(range)) s.set(cell, s.get(cell) + (phase === 'stopped' ? 1 : -1));
    },
    secondaryCells({ who, vma, vpn }) {
      const ptep = ptepOf(vma, vpn);
      const follows = w.pmds.of(vma.table)?.follows === true;
      const entries = follows ? givingCells(w, vma, vpn, vpn + 1) : cellsOf(ptep);
      return [cells.get(who)?.get(ptep) ?? -1, ...entries].filter((c) => c >= 0);
    },
    secondaryUse(s, event, faults) {
      const ptep = ptepOf(event.vma, event.vpn);
      const cell = cells.get(event.who)?.get(ptep);
      const uses = `${event.who} uses ${event.frame.name} for ${ptep.name}`;
      if (cell !== undefined && s.get(cell) !== 0) {
        faults.fail('NOTIF', `${uses} between invalidate_range_start and invalidate_range_end`);
      } else if (!justified(w, s, event)) {
        const at = entryFor(w, s, event.vma, event.vpn);
        const now = describeEntry(
          w.arch,
          at.table.level,
          w.entryIn((c) => s.get(c), at),
        );
        faults.fail('NOTIF', `${uses}, where the primary MMU has "${now}"`);
      }
    },
  };
};
