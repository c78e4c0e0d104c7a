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
  const before = wordsOf(access.before);
  const after = wordsOf(access.after);
  const lost = before.filter((word) => !after.includes(word));
  const won = after.filter((word) => !before.includes(word));
  if (lost.length > 0 && won.length > 0) return `${lost.join(' ')} → ${won.join(' ')}`;
  if (won.length > 0) return `+ ${won.join(' ')}`;
  return lost.length > 0 ? `− ${lost.join(' ')}` : `= ${access.after}`;
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
  if (event.text) return event.text;
  const named = (access: TraceAccess, text: string) =>
    event.label.includes(access.cell) ? text : `${access.cell} ${text}`;
  const seen = event.cells.filter((access) => !ghosts.has(access.cell));
  const moved = SILENT.has(event.kind) ? [] : seen.filter(changed);
  if (moved.length > 0) return moved.map((access) => named(access, difference(access))).join(', ');
  const read = seen[0];
  return event.kind === 'read' && read ? named(read, `→ ${read.after}`) : answer(event);
}

function answer(event: TraceEvent): string {
  return event.kind === 'choose' ? `→ ${event.choice ?? event.result}` : '';
}

function everything(event: TraceEvent): string {
  const parts = event.cells.map((access) =>
    changed(access) ? `${access.cell} ${difference(access)}` : `${access.cell} is ${access.after}`,
  );
  return parts.length > 0 ? `{${parts.join(', ')}}` : '';
}
