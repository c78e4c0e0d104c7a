/**
 * The `pud_*` helpers: leaves two levels up (1 GiB with 4 KiB pages). They mean what the `pmd_*` helpers
 * mean, and the architectures that have such leaves keep the same bits in the same places.
 */
import type { PmdValues } from './pmd.js';

/** `pmdMkdirty` becomes `pudMkdirty`, `pfnPmd` becomes `pfnPud`. */
export type PudName<K extends string> = K extends `pmd${infer Rest}`
  ? `pud${Rest}`
  : K extends 'pfnPmd'
    ? 'pfnPud'
    : never;

/** The `pud_*` helpers of one architecture: those of `PmdValues`, one level up. @kernel pud_leaf and others */
export type PudValues = { readonly [K in keyof PmdValues as PudName<K>]: PmdValues[K] };

/** Name of the helper one level up. */
export const pudName = (pmdName: string): string => pmdName.replace(/^pmd/, 'pud').replace(/Pmd$/, 'Pud');

/** PUD helpers from the PMD helpers. */
export function pudValues(pmd: PmdValues): PudValues {
  return Object.fromEntries(
    Object.entries(pmd).map(([name, helper]) => [pudName(name), helper]),
  ) as unknown as PudValues;
}

/** The other way round: PUD helpers under the names of the PMD helpers, so that one law serves both. */
export function pudAsPmd(pud: PudValues, like: PmdValues): PmdValues {
  const helpers = pud as unknown as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(like).map((name) => [name, helpers[pudName(name)]]),
  ) as unknown as PmdValues;
}
