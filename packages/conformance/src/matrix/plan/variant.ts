import type { ArchPlugin } from '@racewalk/core';
import type { Expectation } from './cell.js';

/** One variant and what it must come to on each architecture. */
export interface Variant {
  /** `upstream`, `linux:RELEASE`, `holds:NAME` or `mutant:NAME`. */
  readonly name: string;
  /** What it changes; absent for upstream. */
  readonly what?: string;
  /** Whether it says nothing unless it breaks something on some architecture. */
  readonly mustBreak?: boolean;
  /** What it must come to, and why where that is not obvious. */
  expect(arch: ArchPlugin): Expectation;
}
