/** What a release of Linux does on an architecture, where the plug-in's own bodies are others. */
import type { OpsPatch } from '../ops/patch.js';
import type { InvariantCode } from './codes.js';

/** A place in the kernel's sources. */
export interface KernelSource {
  /** Path from the root of the kernel's tree, for instance `arch/arm64/mm/contpte.c`. */
  readonly file: string;
  /** Names of the functions there. */
  readonly functions: readonly string[];
}

/** What a release comes to in some race tests. */
export interface LinuxOutcome {
  /** The race tests, by id; a trailing `*` matches any ending. */
  readonly tests: readonly string[];
  /** The invariant it breaks there; absent where it holds all the same. */
  readonly breaks?: InvariantCode;
  /** Why, in a sentence. */
  readonly why: string;
  /** Those of the functions that decide it; default all. */
  readonly functions?: readonly string[];
}

/** The bodies a release of Linux has in place of a plug-in's own. */
export interface LinuxOps {
  /** `6.12`, or `6.7-rc1+NAME` for a series as posted on top of a release. */
  readonly release: string;
  /** What is different, in a sentence. */
  readonly what: string;
  readonly kernel: KernelSource;
  /** What is known about it: a commit, a thread, or why it does no harm outside the model. */
  readonly known: string;
  /** What race tests come to with these bodies, the first that names a test counts; elsewhere they make no difference. */
  readonly outcomes: readonly LinuxOutcome[];
  /** Bodies by the name of the operation. */
  readonly patch: OpsPatch;
}
