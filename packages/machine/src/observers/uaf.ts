import type { PteWord } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { type Frame, FrameFlag } from '../world/frames.js';
import { cellsOf, tablesOf } from '../world/table-words.js';
import type { ObserverOf, World } from '../world/types.js';
import { detached, mapsFrame } from './translations.js';

/**
 * UAF: an agent reaches a freed frame. Looked for when an access is made, when a lockless walker returns,
 * and when the frame is freed, because an entry or a TLB that still maps it allows a later access. A frame that is
 * free already cannot be freed.
 */
export const uaf: ObserverOf = (w) => ({
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
    for (const table of tablesOf(w)) {
      if (detached(w, s, table)) continue;
      for (const ptep of table.entries) {
        const pte = w.entryIn((cell) => s.get(cell), ptep);
        if (!mapsFrame(w, ptep, pte, frame.pfn)) continue;
        faults.fail('UAF', `${frame.name} is freed while ${ptep.name} maps it`);
      }
    }
    for (const { name, translations = [], frameOf } of w.notifiers) {
      if (translations.some((cell) => frameOf?.(s.get(cell)) === frame.pfn)) {
        faults.fail('UAF', `${frame.name} is freed while ${name} still translates to it`);
      }
    }
    const get = (cell: Cell) => s.get(cell);
    for (const vma of w.vmas) {
      for (const cpu of w.cpus) {
        for (let vpn = vma.start; vpn < vma.end; vpn++) {
          for (const cached of w.tlbs.translations(get, cpu, vma.mm, vpn)) {
            if (!maps(w, cached, frame)) continue;
            const name = `${vma.table.name}[${vpn - vma.table.start}]`;
            faults.fail('UAF', `${frame.name} is freed while cpu${cpu} still translates ${name} to it`);
          }
        }
      }
    }
  },
});

const maps = (w: World, cached: PteWord, frame: Frame): boolean =>
  w.arch.values.pteValid(cached) && w.arch.values.ptePfn(cached) === frame.pfn;
