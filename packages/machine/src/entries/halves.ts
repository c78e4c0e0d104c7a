/**
 * Entries wider than one access: two 32-bit halves (x86 PAE). The hardware and locked 8-byte
 * instructions see both halves at once; plain loads and stores do not.
 */
import {
  type EntryAccess,
  type HalvesAccess,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  pteById,
  pteWord,
} from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  Barrier,
  type Cell,
  type Does,
  fence,
  leaf,
  type Note,
  Order,
  read,
  type ShowOutcome,
  type Step,
  type Word,
  write,
} from '@racewalk/core/step';
import type { World } from '../world/types.js';
import { announceStore, fillBefore, leadsTo, watchTable, wordEntries } from './entries.js';
import { describeEntry } from './leaf-walk.js';
import { napotEntries } from './napot.js';

const PTE: Step<PteWord> = leaf(pteById);

const hex32: ShowOutcome = (o) => `→ 0x${(o.result >>> 0).toString(16)}`;

/** Entries in two halves. Plain stores go high, low; plain loads low, high. */
export function halvesEntries(w: World): HalvesAccess {
  const watch = watchTable(w);

  const note = (op: string, ptep: Ptep, half: 'low' | 'high'): Note => ({ op, text: `${ptep.name}.${half}` });

  const change = (ptep: Ptep, next: (old: PteWord) => PteWord, op: string, does: Does) => {
    const watching = watch(ptep);
    const { cell, high } = ptep;
    const body: AtomicBody = (mem, base, faults) => {
      const old = pteWord(mem[base + cell] ?? 0, mem[base + high] ?? 0);
      const now = next(old);
      mem[base + cell] = now.lo | 0;
      mem[base + high] = now.hi | 0;
      if (now !== old) watching.report(mem, base, old, now, faults);
      return old.id;
    };
    const said = { op, text: ptep.name, does, on: [cell, high] };
    atomic([...new Set([cell, high, ...watching.tlbs, ...watching.cells])], body, said, {
      show: (o) => `→ ${describeEntry(w.arch, ptep.table.level, pteById(o.result))}`,
    });
    return PTE;
  };

  const load = (ptep: Ptep, cell: Cell, said: Note): Step<Word> =>
    read(cell, said, hex32, Order.USUAL, leadsTo(w, ptep));

  const weak = w.arch.memory === 'weak';

  const access: HalvesAccess = {
    *smpWmb() {
      if (weak) yield* fence({ op: 'smp_wmb' }, Barrier.STORES);
    },
    *smpRmb() {
      if (weak) yield* fence({ op: 'smp_rmb' }, Barrier.LOADS);
    },
    readLow: (ptep, op = '') => load(ptep, ptep.cell, note(op, ptep, 'low')),
    readHigh: (ptep, op = '') => load(ptep, ptep.high, note(op, ptep, 'high')),
    writeLow: (ptep, pte, op = '') => write(ptep.cell, pte.lo | 0, note(op, ptep, 'low')),
    writeHigh: (ptep, pte, op = '') => write(ptep.high, pte.hi | 0, note(op, ptep, 'high')),
    *readOnce(ptep, op = '') {
      const low = yield* access.readLow(ptep, op);
      const high = yield* access.readHigh(ptep, op);
      return pteWord(low, high);
    },
    *writeOnce(ptep, pte, op = '') {
      const live = yield* announceStore(w, ptep, pte, op);
      // The valid bit is in the low half: a reader that sees it set must find the high half in place.
      yield* access.writeHigh(ptep, pte, op);
      yield* access.smpWmb();
      // A walker that comes by between the halves finds half of each value.
      if (live) yield* fillBefore(w, ptep, watch(ptep), op);
      yield* access.writeLow(ptep, pte, op);
    },
    *clearHalves(ptep, op = '') {
      yield* announceStore(w, ptep, PTE_ZERO, op);
      yield* access.writeLow(ptep, PTE_ZERO, op);
      yield* access.smpWmb();
      yield* access.writeHigh(ptep, PTE_ZERO, op);
    },
    *xchg(ptep, pte, op = '') {
      return yield* change(ptep, () => pte, op, 'exchange');
    },
    *cmpxchg(ptep, old, pte, op = '') {
      return yield* change(ptep, (now) => (now === old ? pte : now), op, 'exchange');
    },
    *update(ptep, next, op = '') {
      return yield* change(ptep, next, op, 'update');
    },
  };
  return access;
}

/** Raw access to the entries of a world: whole, or in halves, as its architecture has them. */
export function entriesOf(w: World): EntryAccess & Partial<HalvesAccess> {
  if (w.arch.has('splitEntries')) return halvesEntries(w);
  return w.arch.cont?.napot === undefined ? wordEntries(w) : napotEntries(w, wordEntries(w));
}
