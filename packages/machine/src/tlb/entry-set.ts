/**
 * Sets of entries in one word: 0 is the empty set, a positive number the set of the one entry with that id, a
 * negative one a set of several. A TLB word holds such a set: what a CPU may have cached of one page.
 */
import { type PteWord, pteById } from '@racewalk/core';
import type { Word } from '@racewalk/core/step';

/** Members of the sets with more than one, by `-word - 1`. */
const several: (readonly PteWord[])[] = [];
const singles: (readonly PteWord[])[] = [];
const numbers = new Map<string, Word>();
/** For each set, by one member more: the set with it. Steps look here. */
const grown = new Map<Word, Map<number, Word>>();
const NONE: readonly PteWord[] = Object.freeze([]);

/** By value, so that the order is the same in every process. */
const byValue = (a: PteWord, b: PteWord): number => a.hi - b.hi || a.lo - b.lo;

/** The members of a set, in the order of their values. */
export function membersOf(set: Word): readonly PteWord[] {
  if (set === 0) return NONE;
  if (set < 0) return several[-set - 1] ?? NONE;
  let one = singles[set];
  if (one === undefined) {
    one = Object.freeze([pteById(set)]);
    singles[set] = one;
  }
  return one;
}

/** Whether the entry with this id is in the set. */
export function hasMember(set: Word, id: number): boolean {
  if (set >= 0) return set === id && id !== 0;
  for (const member of several[-set - 1] ?? NONE) if (member.id === id) return true;
  return false;
}

/** The set with one entry more. */
export function withMember(set: Word, id: number): Word {
  if (set === id && id !== 0) return set;
  // The zero word as the only member is a set of its own: the word 0 says that there is none.
  if (set === 0 && id !== 0) return id;
  return grown.get(set)?.get(id) ?? grow(set, id);
}

/** The set of some entries. */
export function setOf(members: readonly PteWord[]): Word {
  let set = 0;
  for (const member of members) set = withMember(set, member.id);
  return set;
}

function grow(set: Word, id: number): Word {
  const before = membersOf(set);
  const members = hasMember(set, id) ? before : [...before, pteById(id)].sort(byValue);
  const key = members.map((m) => m.id).join();
  let number = numbers.get(key);
  if (number === undefined) {
    number = -several.push(Object.freeze(members));
    numbers.set(key, number);
  }
  const row = grown.get(set) ?? new Map<number, Word>();
  grown.set(set, row);
  row.set(id, number);
  return number;
}
