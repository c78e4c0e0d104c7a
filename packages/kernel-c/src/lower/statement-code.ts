/** Compiled statements. */
import type { Step } from '@racewalk/core/step';
import type { Frame } from '../run/frame.js';

/** How a statement ends. */
export const Signal = { NEXT: 0, BREAK: 1, CONTINUE: 2, RETURN: 3, GOTO: 4 } as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/**
 * A statement. While `frame.label` is set, a goto is under way, and a statement that has the label begins there
 * rather than at its start.
 */
export interface Stmt {
  readonly labels: ReadonlySet<string>;
  readonly run: (f: Frame) => Step<Signal>;
}

const NONE: ReadonlySet<string> = new Set();

/** A statement without labels inside. */
export const simple = (run: (f: Frame) => Step<Signal>): Stmt => ({ labels: NONE, run });

/** The labels of several statements. */
export const labelsOf = (parts: readonly Stmt[]): ReadonlySet<string> =>
  parts.some((p) => p.labels.size > 0) ? new Set(parts.flatMap((p) => [...p.labels])) : NONE;
