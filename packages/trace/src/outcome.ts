/**
 * What came of a step, in a few words, also where the plug-in said nothing.
 */
import { changed, isEmpty, wordsOf } from './labels.js';
import type { TraceAccess, TraceEvent, TraceV1 } from './schema.js';

const SILENT: ReadonlySet<string> = new Set(['lock', 'unlock', 'fence', 'retry']);

/** Only the words that differ, so that `dirty` is not lost among a dozen bits. */
function difference(access: TraceAccess): string {
  if (isEmpty(access.after)) return `= ${access.after || 'none'}`;
  if (isEmpty(access.before)) return `= ${access.after}`;
  return wordChange(wordsOf(access.before), wordsOf(access.after)) || `= ${access.after}`;
}

/** `clean → dirty`, `+ cont`, `− young`; empty if the words are the same. */
function wordChange(before: readonly string[], after: readonly string[]): string {
  const lost = before.filter((word) => !after.includes(word)).join(' ');
  const won = after.filter((word) => !before.includes(word)).join(' ');
  if (lost && won) return `${lost} → ${won}`;
  return won ? `+ ${won}` : lost ? `− ${lost}` : '';
}

/** Names of the words that are bookkeeping of observers. */
export function ghostsOf(trace: TraceV1): ReadonlySet<string> {
  return new Set(trace.cells.filter((cell) => cell.ghost === true).map((cell) => cell.name));
}

/**
 * The text of an event, or one made from the words it touched.
 *
 * @param all - also say what happened to every word, bookkeeping included
 */
export function outcomeOf(event: TraceEvent, ghosts: ReadonlySet<string>, all: boolean): string {
  if (all) return [event.text || answer(event), everything(event)].filter(Boolean).join('  ');
  if (event.text) return shorten(event.text, event.label);
  const named = (access: TraceAccess, text: string) =>
    !event.label || event.label.includes(access.cell) ? text : `${access.cell} ${text}`;
  const seen = event.cells.filter((access) => !ghosts.has(access.cell));
  const moved = SILENT.has(event.kind) ? [] : seen.filter(changed);
  if (moved.length > 0) return moved.map((access) => named(access, difference(access))).join(', ');
  const read = seen[0];
  return event.kind === 'read' && read ? named(read, `→ ${read.after}`) : answer(event);
}

/**
 * `pte[1]: 0x41 rw clean young → 0x41 rw dirty young (hardware)` says `clean → dirty` five words long. Leaves
 * texts of any other form alone.
 */
function shorten(text: string, label: string): string {
  const [, prefix = '', from, to, suffix = ''] = CHANGE.exec(text) ?? [];
  if (from === undefined || to === undefined) return text;
  const [before, after] = [wordsOf(from), wordsOf(to)];
  const change = wordChange(before, after);
  const shared = before.filter((word) => after.includes(word)).length;
  return shared < 2 || !change
    ? text
    : `${label.includes(prefix.slice(0, -2)) ? '' : prefix}${change}${suffix}`;
}

const CHANGE = /^([^:→]*: )?([^→]+) → ([^→(]+?)( \(.*\))?$/;

function answer(event: TraceEvent): string {
  return event.kind === 'choose' ? `→ ${event.choice ?? event.result}` : '';
}

function everything(event: TraceEvent): string {
  const parts = event.cells.map((access) =>
    changed(access) ? `${access.cell} ${difference(access)}` : `${access.cell} is ${access.after}`,
  );
  return parts.length > 0 ? `{${parts.join(', ')}}` : '';
}
