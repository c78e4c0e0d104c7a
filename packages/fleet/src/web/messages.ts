/** What a page and the worker that checks for it tell each other. Plain data, for `postMessage`. */
import type { CellRef, Expected, PlainResult } from '@racewalk/conformance/matrix';
import type { Trace } from '@racewalk/trace';
import type { PlainError } from '../crew/task.js';

/** A race of the user's, as text. */
export interface SourceText {
  /** Name of the file, as it stands in errors and traces. */
  readonly file: string;
  readonly text: string;
}

/** What bounds a search. */
export interface CheckLimits {
  /** Milliseconds of one cell. */
  readonly ms?: number;
  /** Executions of one size of a cell. */
  readonly executions?: number;
}

/** What a page may ask. With `source`, the race is the one in the text. */
export type Question =
  /** Search cells of the text: all variants on these plug-ins. */
  | {
      readonly ask: 'check';
      readonly source: SourceText;
      readonly archs?: readonly string[];
      readonly limits?: CheckLimits;
    }
  /** A patch of the kernel: the races that call what it changes, each as variant `before` and `after`. */
  | {
      readonly ask: 'patch';
      readonly source: SourceText;
      /** Races, as a glob; all by default. */
      readonly tests?: string;
      readonly limits?: CheckLimits;
    }
  /** The counterexample of one cell; a text has one race, and its name does not matter. */
  | {
      readonly ask: 'explain';
      readonly cell: CellRef;
      readonly source?: SourceText;
      readonly limits?: CheckLimits;
    }
  /** The schedule of a token. */
  | { readonly ask: 'replay'; readonly token: string; readonly source?: SourceText }
  /** The same schedule on another plug-in, or in another variant. */
  | {
      readonly ask: 'follow';
      readonly token: string;
      readonly arch: string;
      readonly variant: string;
      readonly source?: SourceText;
    };

/** To the worker. */
export interface WebRequest {
  readonly id: number;
  readonly question: Question;
}

/** A cell that is finished. */
export interface CheckedCell extends CellRef {
  readonly expected: Expected;
  readonly reason?: string;
  readonly result: Omit<PlainResult, 'trace'>;
  readonly trace?: Trace;
}

/** A cell that is to be searched. */
export type PlannedCell = Pick<CheckedCell, 'test' | 'arch' | 'variant' | 'expected' | 'reason'>;

/** From the worker. */
export type WebReply =
  /** What a check will run. */
  | { readonly kind: 'planned'; readonly id: number; readonly cells: readonly PlannedCell[] }
  | {
      readonly kind: 'progress';
      readonly id: number;
      readonly done: number;
      readonly cells: number;
      readonly executions: number;
      readonly running: PlannedCell;
    }
  | { readonly kind: 'cell'; readonly id: number; readonly cell: CheckedCell }
  /** The end of a check; `assumed` is what was assumed to read the text. */
  | { readonly kind: 'checked'; readonly id: number; readonly assumed: readonly string[] }
  | { readonly kind: 'trace'; readonly id: number; readonly trace: Trace }
  /** No counterexample: the cell came to something else. */
  | { readonly kind: 'none'; readonly id: number; readonly cell: CheckedCell }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError };
