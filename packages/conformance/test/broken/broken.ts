/** A plug-in with one fault, and what the suite must say of it. */
import type { ArchPlugin } from '@racewalk/core';

export interface Broken {
  /** The fault in a few words; also the name of the golden file, with hyphens. */
  readonly fault: string;
  readonly plugin: ArchPlugin;
  /** Titles of the tests that must fail, without the group of the plug-in. */
  readonly fails: readonly RegExp[];
  /** What the first message must have, so that the fault can be named from it. */
  readonly says: readonly RegExp[];
}
