/** Stores through the pointers that a caller hands in for a second result. */
import { CStruct, ElementRef, LocalRef, MemberRef, type Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';

/** `*p = value`, where `p` is NULL, or points to something of the caller's own. */
export function storeThrough(th: Thread, p: Value | undefined, value: Value): void {
  if (p === null || p === undefined || p === 0n) return;
  if (p instanceof LocalRef) {
    p.frame.v[p.slot] = value;
    p.frame.src[p.slot] = null;
  } else if (p instanceof MemberRef && p.object instanceof CStruct) p.object.members[p.member] = value;
  else if (p instanceof ElementRef) p.array[p.index] = value;
  else throw th.error('a result cannot be stored through this pointer', 'hand in the address of a local');
}

/** What a pointer of the caller's leads to: a copy of an entry, for instance. Undefined for entries and shared words. */
export function ownValue(p: Value | undefined): Value | undefined {
  if (p instanceof LocalRef) return p.frame.v[p.slot];
  if (p instanceof ElementRef) return p.array[p.index];
  return p instanceof MemberRef && p.object instanceof CStruct ? p.object.members[p.member] : undefined;
}

/** The numbers of an array of the caller's. */
export const numbersOf = (p: Value | undefined): bigint[] => {
  const array = p instanceof ElementRef ? p.array : Array.isArray(p) ? (p as Value[]) : [];
  return array.map((x) => (typeof x === 'bigint' ? x : 0n));
};
