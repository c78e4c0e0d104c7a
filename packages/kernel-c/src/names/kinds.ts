/** How arguments and results go from C to the machine and back. */
import type { Cydp } from '@racewalk/core';
import { convert, integer, number, truth } from '../run/numbers.js';
import {
  isPtep,
  LockRef,
  NumberRef,
  OutsideTable,
  pointedTo,
  SharedWord,
  type Value,
} from '../run/objects.js';
import { checkPage } from '../run/outside.js';
import type { Thread } from '../run/thread.js';
import { type CType, pointer, struct, T } from '../types/ctype.js';

/** One kind of argument. */
interface Kind {
  readonly type: CType;
  /** From C to the machine. */
  readonly out: (th: Thread, value: Value) => unknown;
  /** From the machine to C. */
  readonly back: (value: unknown) => Value;
}

/** An object that is there: the kernel would follow the pointer. */
const object = (type: CType): Kind => ({
  type,
  out: (th, v) => {
    if (v === null || v === 0n)
      throw th.error('NULL is handed in here', 'look whether there is one before the call');
    return v;
  },
  back: (v) => (v ?? null) as Value,
});

/** A page or a folio of the race. */
const ofRace = (type: CType, name: string): Kind => {
  const kind = object(type);
  return {
    ...kind,
    out(th, v) {
      checkPage(th, v, name);
      return kind.out(th, v);
    },
  };
};

const asIs = (type: CType): Kind => ({ type, out: (_th, v) => v, back: (v) => (v ?? null) as Value });
const count: Kind = { type: T.ulong, out: number, back: (v) => BigInt(v as number) };

const entry = (th: Thread, p: Value): Value => {
  if (isPtep(p)) return p;
  const what = p instanceof OutsideTable ? `entry ${p.index} of ${p.table.name}` : 'this';
  throw th.error(
    `${what} is no entry of a table`,
    'map more pages in the initial state, or correct the pointer',
  );
};

/** The word of a lock. */
export function lockCell(th: Thread, given: Value): number {
  const p = pointedTo(given);
  if (p instanceof LockRef) return p.lock;
  if (p instanceof SharedWord) return p.cell;
  throw th.error('this is no lock of the race', 'declare it in the initial state: { spinlock_t lock; }');
}

/** The kinds by name, as the tables of names use them. */
export const KINDS: Readonly<Record<string, Kind>> = Object.freeze({
  mm: object(pointer(struct('mm_struct'))),
  vma: object(pointer(struct('vm_area_struct'))),
  mapping: asIs(pointer(struct('address_space'))),
  page: ofRace(pointer(struct('page')), 'page'),
  folio: ofRace(pointer(struct('folio')), 'folio'),
  tlb: asIs(pointer(struct('mmu_gather'))),
  any: asIs(T.any),
  swp: asIs(T.any),
  pte: { type: T.pte, out: (th, v) => convert(th, v, T.pte), back: (v) => v as Value },
  ptep: { type: pointer(T.pte), out: entry, back: (v) => v as Value },
  addr: count,
  n: count,
  bool: { type: T.bool, out: (_th, v) => truth(v), back: (v) => (v ? 1n : 0n) },
  int: {
    type: T.int,
    out: number,
    back: (v) => (typeof v === 'boolean' ? (v ? 1n : 0n) : BigInt(v as number)),
  },
  ulong: count,
  long: { ...count, type: T.long },
  word: {
    type: pointer(T.int),
    out: (th, given) => {
      const v = pointedTo(given);
      if (v instanceof SharedWord) return v.cell;
      throw th.error('this counter is not shared', 'declare it in the initial state');
    },
    back: (v) => v as Value,
  },
  lock: { type: pointer(struct('spinlock')), out: lockCell, back: (v) => new LockRef(v as number) },
  seq: { type: pointer(struct('seqcount')), out: lockCell, back: (v) => v as Value },
  cydp: {
    type: T.int,
    out: (th, v): Cydp => ({ young: (integer(th, v) & 1n) !== 0n, dirty: (integer(th, v) & 2n) !== 0n }),
    back: (v) => ((v as Cydp).young ? 1n : 0n) | ((v as Cydp).dirty ? 2n : 0n),
  },
  ref: {
    type: pointer(T.ulong),
    out: (_th, v) => (v instanceof NumberRef ? v.of : v),
    back: (v) => new NumberRef(v as { value: number }),
  },
  void: { type: T.void, out: () => undefined, back: () => 0n },
});
