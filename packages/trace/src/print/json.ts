/**
 * The trace file.
 */
import type { Trace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { total } from './total.js';

function layout(trace: Trace): string {
  const text: unknown = JSON.stringify(trace, null, 1);
  if (typeof text !== 'string') throw new TypeError('nothing to print');
  return `${text}\n`;
}

/**
 * A trace as `racewalk.trace/2` JSON, which `parseTrace` reads back. Never throws: what JSON cannot say
 * becomes `{"error": …}` with the raw event list. Ignores its options.
 */
export function json(trace: Trace, options: PrintOptions = {}): string {
  return total(layout, (lines) => `${JSON.stringify({ error: lines }, null, 1)}\n`, trace, options);
}
