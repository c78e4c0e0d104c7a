import { EVENT_DOES } from '../does.js';
import { EVENT_KINDS, type TraceAccess, type TraceEvent, type TracePlace } from '../schema.js';
import type { TraceDrop, TraceEntry, TraceFieldChange, TraceValue } from '../values.js';
import * as c from './check.js';

/** The value of a word. */
export const value: c.Check<TraceValue> = (found, at) => {
  if (Number.isSafeInteger(found)) return found as number;
  if (typeof found === 'string' && /^0x(?:[0-9a-f]{8}|[0-9a-f]{16}(?:\|0x[0-9a-f]{16})*)$/.test(found))
    return found;
  throw c.bad(at, found, 'an integer, or 0x with 8 or 16 hexadecimal digits');
};

const access = c.object<TraceAccess>({
  cell: c.name,
  before: c.text,
  after: c.text,
  was: c.optional(value),
  now: c.optional(value),
  from: c.optional(c.nullable(c.count)),
  seen: c.optional(value),
});

const hex: c.Check<string> = (found, at) => {
  if (typeof found === 'string' && /^0x[0-9a-f]{16}$/.test(found)) return found;
  throw c.bad(at, found, '0x with 16 hexadecimal digits');
};

const entry = c.object<TraceEntry>({
  table: c.name,
  index: c.count,
  level: c.oneOf(['pte', 'pmd', 'pud']),
  before: hex,
  after: hex,
  fields: c.list(c.object<TraceFieldChange>({ name: c.name, before: c.count, after: c.count })),
});

/** One step. */
export const event = c.object<TraceEvent>({
  index: c.count,
  agent: c.count,
  flusher: c.optional(c.flag),
  of: c.optional(c.count),
  kind: c.oneOf(EVENT_KINDS),
  op: c.text,
  does: c.oneOf(EVENT_DOES),
  on: c.list(c.name),
  label: c.text,
  text: c.text,
  cells: c.list(access),
  entries: c.optional(c.list(entry)),
  drops: c.optional(c.list(c.object<TraceDrop>({ cell: c.name, was: value, filledBy: c.nullable(c.count) }))),
  completes: c.optional(c.list(c.count)),
  choice: c.optional(c.count),
  at: c.optional(c.object<TracePlace>({ file: c.name, line: c.count, column: c.optional(c.count) })),
});
