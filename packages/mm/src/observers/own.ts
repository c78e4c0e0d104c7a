import { type Mm, type PageTable, type Ptep, ptepOf } from '@racewalk/core';
import type { Frame, ObserverOf, StepView, UseEvent, World } from '@racewalk/machine';
import { cellsOf, describePte, mapsFrame } from '@racewalk/machine';
import { PageFlag } from '../page-flags.js';

/** Whether an entry maps the frame. */
function maps(w: World, s: StepView, ptep: Ptep, frame: Frame): boolean {
  const pte = w.entryIn((cell) => s.get(cell), ptep);
  return mapsFrame(w, ptep, pte, frame.pfn);
}

/** Tables whose entries map pages of a process: leaf tables, and those above that are followed. */
const tablesOf = (w: World): readonly PageTable[] => [...w.tables, ...w.pmds.followed];

/** An entry of an address space other than `mm`, in which somebody may run, that maps the frame. */
function otherOwner(w: World, s: StepView, mm: Mm, frame: Frame): Ptep | null {
  for (const table of tablesOf(w)) {
    if (table.mm === mm || s.get(table.mm.running) === 0) continue;
    for (const ptep of table.entries) if (maps(w, s, ptep, frame)) return ptep;
  }
  return null;
}

const isPrivateStore = (event: UseEvent): boolean => event.access === 'store' && !event.vma.shared;

/** Whether no other page is mapped at the address where the holder found its page. */
function stillThere(w: World, s: StepView, event: UseEvent): boolean {
  const ptep = ptepOf(event.vma, event.vpn);
  const pte = w.entryIn((cell) => s.get(cell), ptep);
  return !w.arch.values.ptePresent(pte) || maps(w, s, ptep, event.frame);
}

/**
 * OWN: a store through a private mapping reaches a page that nobody else maps, whether it is made by a
 * CPU or by a device that holds the page, and never the zero page; the page a device writes to is the one its process sees; and
 * no page marked exclusive is mapped by two address spaces. An address space that fork is still making
 * does not count: nobody runs in it.
 */
export const own: ObserverOf = (w) => ({
  code: 'OWN',
  useCells(event) {
    if (!isPrivateStore(event)) return [];
    const others = tablesOf(w).filter((t) => t.mm !== event.vma.mm);
    const cells = others.flatMap((t) => [t.mm.running, ...t.entries.flatMap(cellsOf)]);
    return event.cpu < 0 ? [...cells, ...cellsOf(ptepOf(event.vma, event.vpn))] : cells;
  },
  use(s, event, faults) {
    if (!isPrivateStore(event)) return;
    const { frame, vma } = event;
    if ((s.get(frame.cell) & PageFlag.RESERVED) !== 0) {
      const by = event.cpu < 0 ? `the holder of a page of ${vma.mm.name}` : `cpu${event.cpu}`;
      faults.fail('OWN', `${by} stores to ${frame.name}, which everybody reads as zero`);
      return;
    }
    const who =
      event.cpu < 0 ? `the holder of a page of ${vma.mm.name}` : `cpu${event.cpu} in ${vma.mm.name}`;
    const other = otherOwner(w, s, vma.mm, frame);
    if (other !== null) {
      faults.fail(
        'OWN',
        `${who} stores to ${frame.name}, which ${other.table.mm.name} maps by ${other.name}`,
      );
    } else if (event.cpu < 0 && !stillThere(w, s, event)) {
      const now = w.entryIn((cell) => s.get(cell), ptepOf(vma, event.vpn));
      faults.fail(
        'OWN',
        `${who} stores to ${frame.name}, but the process has ${describePte(w.arch, now)} there`,
      );
    }
  },
  end(s, faults) {
    for (const frame of w.frames.all) {
      if ((s.get(frame.cell) & PageFlag.EXCLUSIVE) === 0) continue;
      const owners = new Set<string>();
      for (const table of tablesOf(w)) {
        for (const ptep of table.entries) if (maps(w, s, ptep, frame)) owners.add(table.mm.name);
      }
      if (owners.size > 1) {
        faults.fail('OWN', `${frame.name} is marked exclusive, and ${[...owners].join(' and ')} map it`);
      }
    }
  },
});
