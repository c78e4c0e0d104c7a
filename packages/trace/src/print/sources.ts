/**
 * Where the steps of a row stand in the source, and which step's store each of them read.
 */
import type { Row } from '../fold.js';
import { ghostsOf } from '../outcome.js';
import type { Trace, TraceEvent, TracePlace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { line } from './text.js';

/** A row of more steps than this names only the first of its sources. */
const NAMED = 3;

const placeText = ({ file, line: at }: TracePlace): string => `${file}:${at}`;

/** What a step read, in words: one text for each source. */
function readsOf(trace: Trace, event: TraceEvent, ghosts: ReadonlySet<string>): string[] {
  return event.cells.flatMap(({ cell, from, seen }) => {
    if (from === undefined || ghosts.has(cell)) return [];
    if (from === null) return [`${cell} as at the start`];
    const own = seen !== undefined && trace.events[from]?.agent === event.agent;
    return [`${cell} from step ${from + 1}${own ? ', in its own store buffer' : ''}`];
  });
}

/** Each text once, the first few. */
function few(texts: readonly string[]): string[] {
  const once = [...new Set(texts)];
  const rest = once.length - NAMED;
  return rest > 1 ? [...once.slice(0, NAMED), `and ${rest} more`] : once;
}

/** `race.c:12  pte_clear(mm, addr, ptep);` for each place of a row that has a text. */
export function codeOf(
  trace: Trace,
  { first, count }: Row,
  code: NonNullable<PrintOptions['code']>,
): string[] {
  const events = trace.events.slice(first, first + count);
  const texts = events.flatMap(({ at }) => {
    const text = at === undefined ? undefined : code(at.file, at.line)?.replace(/\s+/g, ' ').trim();
    return at === undefined || text === undefined ? [] : [`${at.file.split('/').pop()}:${at.line}  ${text}`];
  });
  return few(texts).map(line);
}

/** Lines below a row: its places, then what its steps read. */
export function sourcesOf(trace: Trace, { first, count }: Row): string[] {
  const events = trace.events.slice(first, first + count);
  const ghosts = ghostsOf(trace);
  const places = few(events.flatMap(({ at }) => (at === undefined ? [] : [placeText(at)])));
  const reads = few(events.flatMap((event) => readsOf(trace, event, ghosts)));
  return [...places, ...reads.map((text) => `reads ${text}`)].map(line);
}
