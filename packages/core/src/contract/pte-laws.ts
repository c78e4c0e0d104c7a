/** What the laws of the PTE table share. */
import type { ArchPlugin } from '../arch/plugin.js';
import type { PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import { claims, type Helpers, type ValueLaw, valueRows } from './row.js';

/** A row of the PTE table. */
export const pteRow = valueRows('PTE', 'pure; any entry value');

/** What changing one fact must leave alone. */
export function keeps(v: PteValues, before: PteWord, after: PteWord, ...facts: Fact[]): string | null {
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

/** What an entry says, by name. */
export type Fact = keyof typeof FACTS;

/** Sets or clears one fact: the test sees it, doing it twice is doing it once, the rest is kept. */
export const sets =
  (
    make: Helpers<ArchPlugin['values'], PteWord>,
    test: Helpers<ArchPlugin['values'], boolean>,
    expected: boolean,
    ...kept: Fact[]
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

/** What one helper makes, the test sees; what `unmake` makes, it does not. `says` names the three as the kernel does. */
export const seen =
  (
    test: Parameters<typeof sets>[1],
    make: Parameters<typeof sets>[0],
    says: string,
    unmake?: typeof make,
    unsays = '',
  ): ValueLaw =>
  ({ values: v }, { pte }) =>
    claims([says, v[test](v[make](pte))]) ??
    (unmake === undefined ? null : claims([unsays, !v[test](v[unmake](pte))]));
