/**
 * Walkers that read an entry and write its access and dirty state later, in a step of its own. The plug-ins' own walkers do both at
 * once and look again; others do not: those of a hypervisor or a device model, which are software, and Intel Knights
 * Landing, whose write does not ask whether the entry is still there (Linux 00839ee3b299, 4.8).
 */
import { type Ptep, type PteWord, pteAndNot, pteOr } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import { describeEntry } from '../entries/leaf-walk.js';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';

/**
 * How a walker writes access and dirty state. `atomic`: in the step in which it read the entry. Or later: `cmpxchg`: if the
 * entry is still the same, and it walks again if not; `or`: it sets the bits in whatever stands there by now; `store`: it
 * stores what it has read, with the bits.
 */
export type WalkerUpdates = 'atomic' | 'cmpxchg' | 'or' | 'store';

/** What was read and is to be written. */
export interface LaterUpdate {
  readonly from: Ptep;
  readonly read: PteWord;
  readonly entry: PteWord;
  readonly how: WalkerUpdates;
}

/** The second step; the TLB has the translation afterwards. False if the walk begins anew. */
export function* updateLater(
  m: Machine,
  { from, read, entry, how }: LaterUpdate,
  fill: { readonly tlb: Cell; readonly word: PteWord },
): Step<boolean> {
  const { world } = m;
  const hooks = world.observers.filter((o) => o.hardwareUpdate !== undefined);
  const view = new MemoryView();
  const get = (cell: Cell): Word => view.get(cell);
  const level = from.table.level;
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    const there = world.entryIn(get, from);
    if (how === 'cmpxchg' && there !== read) return 0;
    const now =
      how === 'or' ? pteOr(pteAndNot(there, pteAndNot(read, entry)), pteAndNot(entry, read)) : entry;
    view.set(from.cell, from.high < 0 ? now.id : now.lo | 0);
    if (from.high >= 0) view.set(from.high, now.hi | 0);
    world.tlbs.fillWord(view, fill.tlb, fill.word);
    for (const o of hooks) o.hardwareUpdate?.(view, from, now, faults);
    if (how === 'or' && now !== there && !m.v.pteValid(now) && world.watches('ENC'))
      faults.fail(
        'ENC',
        `the walker of cpu${m.cpu} writes to ${from.name}, which is not present: ${text(now)}`,
      );
    return 1;
  };
  const text = (pte: PteWord): string => describeEntry(m.arch, level, pte);
  const ghosts = hooks.flatMap((o) => o.hardwareCells?.() ?? []);
  const cells = [...new Set([from.cell, from.high, fill.tlb, ...ghosts])].filter((c) => c >= 0);
  const note = {
    text: `walker updates ${from.name}`,
    does: 'walk',
    on: [from.cell, from.high].filter((c) => c >= 0),
  } as const;
  const show = (o: { readonly result: Word }) =>
    o.result === 0 ? '→ it has changed, walks again' : `= ${text(entry)}`;
  return (yield* atomic(cells, run, note, { locked: false, show })) !== 0;
}
