/** The forms a counterexample can have. */
import { columns, json, lkml, markdown, mermaid, svg, type Trace } from '@racewalk/trace';
import type { Reader } from '../input/files.js';
import { oneOf } from '../input/options.js';
import { type FormOptions, link } from './link.js';

const PRINTERS = { columns, lkml, markdown, mermaid, svg, json, link } as const;

/** Name of a form. */
export type Format = keyof typeof PRINTERS;

/** Parses the value of `--format`. */
export const format = oneOf<Format>('format', Object.keys(PRINTERS) as Format[]);

/** A trace in a form. */
export const printTrace = (trace: Trace, form: Format, options: FormOptions): string =>
  PRINTERS[form](trace, options);

/** Who reads a form. */
export const readerOf = (form: Format): Reader =>
  ['json', 'svg', 'mermaid', 'link'].includes(form) ? 'programs' : 'people';

/**
 * A trace as its token alone says it: without how it was found, so that a replay of the token prints
 * the same.
 */
export function asReplayed(trace: Trace): Trace {
  const { steps, preemptions } = trace.stats;
  return { ...trace, stats: { steps, preemptions } };
}
