import type { PteWord } from '@racewalk/core';
import type { Cell, FaultSink } from '@racewalk/core/step';
import { cellsOf } from '../world/table-words.js';
import type { ObserverOf, World } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import type { StepView } from './observer.js';

/**
 * PTUAF: an agent reaches a freed page table. Looked for twice: when the hardware or a lockless walker
 * goes through the table, and when it is freed, because a walk cache that still points to it allows a later
 * walk.
 */
export const ptuaf: ObserverOf = (w) => ({
  entryCells: (ptep) =>
    ptep.table.level !== undefined && w.pmds.under(ptep)?.follows === true ? w.pmds.freedCells : [],
  entryWrite(s, ptep, _old, now, faults) {
    if (ptep.table.level === undefined || w.pmds.under(ptep)?.follows !== true) return;
    const led = w.pmds.ledBy(now);
    if (led !== undefined && s.get(led.freed) !== 0)
      faults.fail('PTUAF', `${ptep.name} leads to table ${led.table.name} from now on, which is free`);
  },
  tableFreeCells: (ptdesc) =>
    w.directories.at(ptdesc.pfn)?.ptdesc === ptdesc
      ? w.directories.all.flatMap(({ vma }) => [
          ...vma.table.entries.flatMap(cellsOf),
          ...w.tlbs.looks(vma.mm, vma.start, vma.end),
        ])
      : ptdesc.follows
        ? w.pmds.slotsFor(ptdesc).flatMap((slot) => cellsOf(slot.pmdp))
        : [],
  code: 'PTUAF',
  idle: () =>
    w.pmds.tables.length + w.directories.all.length === 0 ? 'no page table has a level above it' : null,
  tableReached(s, ptdesc, who, faults, mm) {
    const { name } = ptdesc.table;
    if (s.get(ptdesc.freed) !== 0) faults.fail('PTUAF', `${who} goes through table ${name}, which is free`);
    const cell = mm === undefined ? -1 : w.pmds.belongs(ptdesc);
    const owner = cell < 0 ? undefined : w.mms[s.get(cell) - 1];
    if (owner === undefined || mm === undefined || owner === mm) return;
    faults.fail('PTUAF', `${who} walks for ${mm.name} in table ${name}, which is that of ${owner.name}`);
  },
  tableFreed(s, ptdesc, faults) {
    const { name } = ptdesc.table;
    if (ptdesc.users >= 0 && s.get(ptdesc.users) > 0)
      faults.fail(
        'PTUAF',
        `table ${name} is freed while somebody walks in it (pte_offset_map, and no pte_unmap yet)`,
      );
    if (ptdesc.follows && w.pmds.slotsFor(ptdesc).some((slot) => leads(w, s, slot, ptdesc)))
      faults.fail('PTUAF', `table ${name} is freed while an entry leads to it`);
    if (w.directories.at(ptdesc.pfn)?.ptdesc === ptdesc) freedBelow(w, s, ptdesc, faults);
    for (const slot of w.pmds.slotsFor(ptdesc)) {
      const bit = w.pmds.bit(slot, ptdesc);
      for (const [cpu, cell] of slot.walkCaches) {
        // What is left under the tag of an address space that is not loaded leads nowhere now.
        if (!w.tlbs.reaches(s, cpu, slot.table.mm, cell, bit)) continue;
        faults.fail(
          'PTUAF',
          `table ${ptdesc.table.name} is freed while the walk cache of cpu${cpu} points to it`,
        );
      }
    }
  },
});

const leads = (w: World, s: StepView, slot: Ptdesc, to: Ptdesc): boolean =>
  w.pmds.ledBy(w.entryIn((cell) => s.get(cell), slot.pmdp)) === to;

/** A table below directories is freed: no entry of one leads to it, and no CPU has one cached that did. */
function freedBelow(w: World, s: StepView, { table, pfn }: Ptdesc, faults: FaultSink): void {
  const { values: v } = w.arch;
  const get = (cell: Cell) => s.get(cell);
  const to = (pte: PteWord) => v.pteValid(pte) && v.ptePfn(pte) === pfn;
  for (const { vma } of w.directories.all) {
    for (const ptep of vma.table.entries) {
      if (to(w.entryIn(get, ptep)))
        faults.fail('PTUAF', `table ${table.name} is freed while ${ptep.name} leads to it`);
      for (const cpu of w.does('walkCaches') ? w.cpus : []) {
        if (!w.tlbs.translations(get, cpu, vma.mm, ptep.vpn).some(to)) continue;
        faults.fail(
          'PTUAF',
          `table ${table.name} is freed while the walk cache of cpu${cpu} has ${ptep.name}`,
        );
      }
    }
  }
}
