/** Which plug-ins run the files below which directory of `arch`. */
import type { ArchPlugin } from '@racewalk/core';

const DIRECTORIES: readonly (readonly [RegExp, string])[] = [
  [/^arm64/, 'arm64'],
  [/x86/, 'x86'],
  [/^riscv/, 'riscv'],
  [/^loongarch/, 'loongarch'],
];

/** The directory below `arch` whose code a plug-in stands for; null for one that stands for no architecture of Linux. */
export const directoryOf = ({ id }: ArchPlugin): string | null =>
  DIRECTORIES.find(([pattern]) => pattern.test(id))?.[1] ?? null;

/** Plug-ins whose entries C of a tree cannot be read for, and why. */
export const NOT_FROM_A_TREE: Readonly<Record<string, string>> = {
  'x86-pae': 'pte_low and pte_high of split entries are not read from a tree',
};
