/**
 * The `pud_*` helpers: leaves two levels up (1 GiB with 4 KiB pages). They mean what the `pmd_*` helpers
 * mean, and the architectures that have such leaves keep the same bits in the same places.
 */
import type { PteLayout } from './layout.js';
import type { PmdValues } from './pmd.js';
import { tableTest } from './upper.js';
import { type PteWord, pteAll, pteAny } from './word.js';

/** Helpers that exist for the PMD only. */
export const PMD_ONLY = [
  'pmdProtnone',
  'pmdMkwriteNovma',
  'pmdUffdWp',
  'pmdMkuffdWp',
  'pmdClearUffdWp',
] as const;

/** `pmdMkhuge` becomes `pudMkhuge`, `pfnPmd` becomes `pfnPud`, `setPmdAt` becomes `setPudAt`. */
export type PudName<K extends string> = K extends `pmd${infer Rest}`
  ? `pud${Rest}`
  : K extends 'pfnPmd'
    ? 'pfnPud'
    : K extends 'setPmdAt'
      ? 'setPudAt'
      : never;

/** The `pud_*` helpers of one architecture: those of `PmdValues`, one level up. @kernel pud_leaf and others */
export type PudValues = {
  readonly [K in Exclude<keyof PmdValues, (typeof PMD_ONLY)[number]> as PudName<K>]: PmdValues[K];
};

/** Name of the helper one level up. */
export const pudName = (pmdName: string): string =>
  pmdName.replace(/^pmd/, 'pud').replace(/Pmd(?=At$|$)/, 'Pud');

/** The same helpers or operations under the names they have one level up, without those in `except`. */
export function underPudNames(pmd: object, except: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(pmd).filter(([name]) => !except.includes(name));
  return Object.fromEntries(entries.map(([name, helper]) => [pudName(name), helper]));
}

/** PUD helpers from the PMD helpers. */
export function pudValues(l: PteLayout, pmd: PmdValues): PudValues {
  const table = tableTest(l, 'pud');
  const pmdBad = (pud: PteWord) => !pteAll(pud, table.set) || pteAny(pud, table.clear);
  return underPudNames({ ...pmd, pmdBad }, PMD_ONLY) as unknown as PudValues;
}

/** The other way round: PUD helpers under the names of the PMD helpers, so that one law serves both. */
export function pudAsPmd(pud: PudValues, like: PmdValues): PmdValues {
  const helpers = pud as unknown as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(like).map(([name, helper]) => [name, helpers[pudName(name)] ?? helper]),
  ) as unknown as PmdValues;
}
