/** Sets of translations, seen from another page of a block, and two of them put together; each answer is remembered. */
import type { PteWord } from '@racewalk/core';
import type { Word } from '@racewalk/core/step';
import { membersOf, setOf, withMember } from './entry-set.js';

/** The helper that it takes: the entry of a page further on. */
interface Advances {
  pteAdvancePfn(pte: PteWord, pages: number): PteWord;
}

/** What the TLBs of one world compute with sets. */
export class SetAlgebra {
  /** By the page's index, then by the set. */
  readonly #shifted: Map<Word, Word>[] = [];
  /** By the one word, then by the other. */
  readonly #unions = new Map<Word, Map<Word, Word>>();

  constructor(private readonly values: Advances) {}

  /** What a set of translations of a block is, seen from a page of it. */
  shift(set: Word, index: number): Word {
    if (index === 0) return set;
    let row = this.#shifted[index];
    if (row === undefined) {
      row = new Map();
      this.#shifted[index] = row;
    }
    let shifted = row.get(set);
    if (shifted === undefined) {
      shifted = setOf(membersOf(set).map((pte) => this.values.pteAdvancePfn(pte, index)));
      row.set(set, shifted);
    }
    return shifted;
  }

  /** What is in one of two sets. */
  union(a: Word, b: Word): Word {
    if (a === b || a === 0) return b;
    let row = this.#unions.get(a);
    if (row === undefined) {
      row = new Map();
      this.#unions.set(a, row);
    }
    let union = row.get(b);
    if (union === undefined) {
      union = membersOf(b).reduce((set, pte) => withMember(set, pte.id), a);
      row.set(b, union);
    }
    return union;
  }
}
