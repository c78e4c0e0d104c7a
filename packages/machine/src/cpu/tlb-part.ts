/**
 * What a plug-in's own TLB part is made of: the form of the machine, and what some hardware does in one instruction. (s390 Principles of
 * Operation, INVALIDATE PAGE TABLE ENTRY, COMPARE AND REPLACE DAT TABLE ENTRY: the entry changes, and all CPUs lose what they have of it,
 * before the instruction ends.)
 */
import {
  addrOf,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  pteById,
  RacewalkError,
  type Tlb,
  type TlbHardware,
  type Vaddr,
  type Vma,
  vpnOf,
} from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { describeEntry, malformedAt } from '../entries/leaf-walk.js';
import { asStored } from '../entries/napot.js';
import { MemoryView } from '../observers/view.js';
import { cellsOf } from '../world/table-words.js';
import type { Machine } from '../world/types.js';
import { invalidation } from './spaces.js';

type Change = (pte: PteWord) => PteWord;

/** The area whose translations go. */
function areaFor(m: Machine, ptep: Ptep): Vma {
  const vma = m.areaOf(ptep);
  if (vma !== undefined) return vma;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `no area has the table of ${ptep.name}`, {
    expected: 'an entry of the table of an area',
  });
}

/** One after the other, where there is no instruction for both. */
export function* updateThenFlush(m: Machine, ptep: Ptep, change: Change): Step<PteWord> {
  const old = yield* m.entries.update(ptep, change, 'update');
  yield* m.tlb.flushTlbPage(areaFor(m, ptep), addrOf(ptep.vpn));
  return old;
}

/** Both in one step, on every CPU and under every tag, whether or not a CPU answers interrupts. */
function* atOnce(m: Machine, ptep: Ptep, change: Change): Step<PteWord> {
  const { world } = m;
  const { tlbs, observers, cpus } = world;
  const vma = areaFor(m, ptep);
  const part = invalidation(m, cpus, { vma, start: ptep.vpn, end: ptep.vpn + 1, tag: 'any', globals: true });
  const fills = tlbs.storeCells(ptep);
  const watching = observers.filter((o) => o.entryWrite !== undefined);
  const told = observers.filter((o) => o.invalidated !== undefined);
  const ghosts = [
    ...watching.flatMap((o) => o.entryCells?.(ptep) ?? []),
    ...told.flatMap((o) => o.invalidatedCells?.(ptep) ?? []),
  ];
  const becomes = (old: PteWord) => asStored(world, ptep, change(old));
  const text = (pte: PteWord) => describeEntry(m.arch, ptep.table.level, pte);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    const old = world.entryIn((cell) => view.get(cell), ptep);
    const now = becomes(old);
    view.set(ptep.cell, ptep.high < 0 ? now.id : now.lo | 0);
    if (ptep.high >= 0) view.set(ptep.high, now.hi | 0);
    // A walker may have looked just before; what it found goes with the rest.
    if (fills.length > 0) tlbs.stored(view, ptep, old, now);
    for (const cpu of cpus) part.run(view, cpu);
    const bad = world.watches('ENC') ? malformedAt(world, ptep, now) : null;
    if (bad !== null) faults.fail('ENC', `${ptep.name} = ${text(now)}: ${bad}`);
    // To those who watch it is a break and a make: nobody can have the old entry when the new one stands.
    for (const o of watching) o.entryWrite?.(view, ptep, old, PTE_ZERO, faults);
    for (const o of told) o.invalidated?.(view, ptep, 'all');
    if (now !== PTE_ZERO) for (const o of watching) o.entryWrite?.(view, ptep, PTE_ZERO, now, faults);
    return old.id;
  };
  const cells = [...new Set([...cellsOf(ptep), ...fills, ...part.cells, ...ghosts])].filter((c) => c >= 0);
  const show = (o: { readonly result: number }) => {
    const old = pteById(o.result);
    return `${text(old)} → ${text(becomes(old))}`;
  };
  const note = { op: 'update and flush', text: ptep.name, does: 'update', on: cellsOf(ptep) } as const;
  return pteById(yield* atomic(cells, run, note, { show }));
}

function* flushDevices(m: Machine, vma: Vma, addr: Vaddr): Step<void> {
  const range = { event: 'clear', mm: vma.mm, start: vpnOf(addr), end: vpnOf(addr) + 1 } as const;
  for (const device of m.world.notifiers) {
    const drops = device.mm === vma.mm ? device.invalidateSecondaryTlbs?.(range) : undefined;
    if (drops !== undefined) yield* drops;
  }
}

/** The machine's form as a plug-in is given it: an object to spread. */
export function tlbHardware(m: Machine, form: Tlb): TlbHardware {
  const own: Tlb = {
    flushTlbPage: form.flushTlbPage.bind(form),
    flushTlbRange: form.flushTlbRange.bind(form),
    flushTlbMm: form.flushTlbMm.bind(form),
    flushTlbRangeNosync: form.flushTlbRangeNosync.bind(form),
    localFlushTlbPage: form.localFlushTlbPage.bind(form),
    flushTlbFixSpuriousFault: form.flushTlbFixSpuriousFault.bind(form),
    updateAndFlush: form.updateAndFlush.bind(form),
    dsb: form.dsb.bind(form),
    dsbIshst: form.dsbIshst.bind(form),
  };
  return {
    ...own,
    *updateAndFlushAtOnce(ptep, change) {
      return yield* atOnce(m, ptep, change);
    },
    *flushDevices(vma, addr) {
      yield* flushDevices(m, vma, addr);
    },
  };
}
