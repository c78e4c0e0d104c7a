/** What one call of a function has for itself. */
import type { Step } from '@racewalk/core/step';
import type { Value } from './objects.js';
import type { Thread } from './thread.js';

/** The plain load that filled a local: the compiler may make it once more instead of keeping the value. */
export interface Source {
  readonly load: () => Step<Value>;
  /** Compiler barriers before it. */
  readonly epoch: number;
  /** Whether the thread has stored to the word since: what it would load then is its own. */
  readonly overwritten: () => boolean;
  /** What the second load returned; undefined while there was none. */
  again: Value | undefined;
}

/** One call. */
export interface Frame {
  readonly th: Thread;
  /** Locals, parameters first. */
  readonly v: Value[];
  readonly src: (Source | null)[];
  /** What `return` gives. */
  ret: Value;
  /** The label a goto is on the way to, or ''. */
  label: string;
}
