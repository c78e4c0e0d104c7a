/** Arithmetic on pointers, and their comparison. */
import type { Frame as PageFrame } from '@racewalk/machine';
import {
  BitsRef,
  ElementRef,
  entryAt,
  FunctionRef,
  isPtep,
  LocalRef,
  LockRef,
  MemberRef,
  OutsidePage,
  OutsideTable,
  pointedTo,
  SharedWord,
  UserPointer,
  type Value,
} from './objects.js';
import type { Thread } from './thread.js';

/** Whether a value is a page. */
export const isPage = (p: Value): p is PageFrame =>
  typeof p === 'object' && p !== null && 'pfn' in p && 'run' in p;

/** `pointer + n`. */
export function add(th: Thread, p: Value, n: number): Value {
  if (n === 0 && !Array.isArray(p)) return p;
  if (p instanceof OutsideTable || isPtep(p)) return entryAt(p.table, p.index + n);
  if (Array.isArray(p)) return new ElementRef(p, n);
  if (p instanceof ElementRef) return new ElementRef(p.array, p.index + n);
  if (p instanceof UserPointer) return new UserPointer(p.cpu, p.page + Math.trunc(n / 4096), p.name);
  if (isPage(p)) {
    const page = p.run.frames[p.index + n];
    if (page === undefined) throw th.error(`page ${p.index + n} is outside of ${p.run.name}`);
    return page;
  }
  if (p === null) throw th.error('arithmetic on NULL');
  throw th.error(
    'arithmetic on this pointer cannot be followed',
    'entries, pages and arrays can be counted through',
  );
}

/** `a - b`. */
export function difference(th: Thread, a: Value, b: Value): bigint {
  const [x, y] = [positionOf(a), positionOf(b)];
  if (x !== null && y !== null && x.whole === y.whole) return BigInt(x.index - y.index);
  throw th.error('these pointers have no distance', 'only pointers into one table, folio or array have');
}

function positionOf(p: Value): { whole: object; index: number } | null {
  if (p instanceof OutsideTable || isPtep(p)) return { whole: p.table, index: p.index };
  if (p instanceof ElementRef) return { whole: p.array, index: p.index };
  if (Array.isArray(p)) return { whole: p, index: 0 };
  if (isPage(p)) return { whole: p.run, index: p.index };
  return null;
}

/** `a == b`. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === 0n || b === 0n) return (a === 0n ? b : a) === null;
  const target = pointedTo(a);
  if (target !== null && typeof target === 'object' && target === pointedTo(b)) return true;
  if (a instanceof FunctionRef && b instanceof FunctionRef) return a.name === b.name;
  if (a instanceof MemberRef && b instanceof MemberRef) return a.object === b.object && a.member === b.member;
  if (a instanceof LocalRef && b instanceof LocalRef) return a.frame === b.frame && a.slot === b.slot;
  if (a instanceof BitsRef && b instanceof BitsRef) return a.ptep === b.ptep;
  if (a instanceof OutsidePage && b instanceof OutsidePage) return a.pfn === b.pfn;
  if (a instanceof LockRef && b instanceof LockRef) return a.lock === b.lock;
  if (a instanceof UserPointer && b instanceof UserPointer) return a.page === b.page && a.name === b.name;
  const [x, y] = [positionOf(a), positionOf(b)];
  return x !== null && y !== null && !isPage(a) && x.whole === y.whole && x.index === y.index;
}

/** Negative, zero or positive, as `a` is before, at or behind `b`. */
export function order(th: Thread, a: Value, b: Value): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [cellOf(a), cellOf(b)];
  return x !== null && y !== null ? x - y : Number(difference(th, a, b));
}

/** Locks and words are in some order, one that stays: whoever takes two locks in order takes them in this one. */
function cellOf(p: Value): number | null {
  const at = pointedTo(p);
  return at instanceof LockRef ? at.lock : at instanceof SharedWord ? at.cell : null;
}
