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
