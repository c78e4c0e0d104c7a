/** What the laws of the PTE table share. */
import type { ArchPlugin } from '../arch/plugin.js';
import type { PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import { claims, type Helpers, type ValueLaw, valueRows } from './row.js';

/** A row of the PTE table. */
export const pteRow = valueRows('PTE', 'pure; any entry value');

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
    make: Helpers<ArchPlugin['values'], PteWord>,
    test: Helpers<ArchPlugin['values'], boolean>,
    expected: boolean,
    ...kept: (keyof typeof FACTS)[]
  ): ValueLaw =>
  ({ values: v }, { pte }) => {
    const made = v[make](pte);
    return (
      claims(
        [`the test returns ${expected} afterwards`, v[test](made) === expected],
        ['doing it twice is doing it once', v[make](made) === made],
      ) ?? keeps(v, pte, made, 'pfn', 'present', ...kept)
    );
  };
