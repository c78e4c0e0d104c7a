/** What the laws of the PTE table share. */
import type { PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

const PURE = 'pure; any entry value';

/** A row of the PTE table. */
export const pteRow = (
  op: string,
  kernel: string,
  says: string,
  law: ValueLaw,
  needs?: ContractRow['needs'],
): ContractRow => ({
  op,
  kernel,
  level: 'PTE',
  context: PURE,
  says,
  law,
  ...(needs === undefined ? {} : { needs }),
});

/** What changing one fact must leave alone. */
export function keeps(
  v: PteValues,
  before: PteWord,
  after: PteWord,
  ...facts: (keyof typeof FACTS)[]
): string | null {
  return claims(
    ...facts.map((fact) => [`${fact} is kept`, FACTS[fact](v, before) === FACTS[fact](v, after)] as const),
  );
}

const FACTS = {
  pfn: (v: PteValues, p: PteWord) => v.ptePfn(p),
  present: (v: PteValues, p: PteWord) => v.ptePresent(p),
  write: (v: PteValues, p: PteWord) => v.pteWrite(p),
  dirty: (v: PteValues, p: PteWord) => v.pteDirty(p),
  young: (v: PteValues, p: PteWord) => v.pteYoung(p),
  special: (v: PteValues, p: PteWord) => v.pteSpecial(p),
  'uffd-wp': (v: PteValues, p: PteWord) => v.pteUffdWp(p),
  cont: (v: PteValues, p: PteWord) => v.pteCont(p),
};

/** Sets or clears one fact: the test sees it, doing it twice is doing it once, the rest is kept. */
export const sets =
  (
    make: (v: PteValues) => (p: PteWord) => PteWord,
    test: (v: PteValues) => (p: PteWord) => boolean,
    expected: boolean,
    ...kept: (keyof typeof FACTS)[]
  ): ValueLaw =>
  ({ values: v }, { pte }) => {
    const made = make(v)(pte);
    return (
      claims(
        [`the test returns ${expected} afterwards`, test(v)(made) === expected],
        ['doing it twice is doing it once', make(v)(made) === made],
      ) ?? keeps(v, pte, made, 'pfn', 'present', ...kept)
    );
  };
