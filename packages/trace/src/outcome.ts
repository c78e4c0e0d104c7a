/**
 * What came of a step, in a few words, also where the plug-in said nothing.
 */
import type { Trace, TraceAccess, TraceEvent } from './schema.js';
import { changed, isZero, roleIn, without, wordsOf } from './typed.js';
import type { TraceEntry } from './values.js';

const SILENT: ReadonlySet<string> = new Set(['lock', 'unlock', 'fence', 'retry']);

/** Words made of flags: none of them set is a value like any other. */
const FLAGS: ReadonlySet<string> = new Set(['frame-flags', 'folio-flags', 'cpu']);

/** The words to print of a value: facts of an entry, else what its text has between blanks. */
const printed = (trace: Trace, value: TraceAccess['was'], text: string): readonly string[] =>
  typeof value === 'string' ? wordsOf(trace, value, text) : text.split(' ');

/** Only the words that differ, so that `dirty` is not lost among a dozen bits. */
function difference(trace: Trace, access: TraceAccess): string {
  const { cell, was, now, before, after } = access;
  const flags = FLAGS.has(roleIn(trace, cell).is);
  if (!flags && (isZero(now) || isZero(was))) return `= ${after || 'none'}`;
  return wordChange(printed(trace, was, before), printed(trace, now, after)) || `= ${after}`;
}

/** `clean → dirty`, `+ cont`, `− young`; empty if the words are the same. */
function wordChange(before: readonly string[], after: readonly string[]): string {
  const lost = without(before, after).join(' ');
  const won = without(after, before).join(' ');
  if (lost && won) return `${lost} → ${won}`;
  return won ? `+ ${won}` : lost ? `− ${lost}` : '';
}

/** Names of the words that are bookkeeping of observers. */
export function ghostsOf(trace: Trace): ReadonlySet<string> {
  return new Set(trace.cells.filter((cell) => cell.ghost === true).map((cell) => cell.name));
}

/**
 * The text of an event, or one made from the words it touched.
 *
 * @param all - also say what happened to every word, bookkeeping included
 */
export function outcomeOf(
  trace: Trace,
  event: TraceEvent,
  ghosts: ReadonlySet<string>,
  all: boolean,
): string {
  if (all) return [event.text || answer(event), everything(trace, event)].filter(Boolean).join('  ');
  if (event.text) return entryChange(trace, event) || event.text;
  // Not twice in one row: the label may name the word already.
  const named = (access: TraceAccess, text: string) =>
    !event.label || event.label.includes(access.cell) ? text : `${access.cell} ${text}`;
  const seen = event.cells.filter((access) => !ghosts.has(access.cell));
  const moved = SILENT.has(event.kind) ? [] : seen.filter(changed);
  if (moved.length > 0) return moved.map((access) => named(access, difference(trace, access))).join(', ');
  const read = seen[0];
  return event.kind === 'read' && read ? named(read, `→ ${read.after}`) : answer(event);
}

/**
 * What a walk or a locked update changed in an entry: `clean → dirty` says the same as the whole entry twice.
 * Empty if the entry has become quite another.
 */
function entryChange(trace: Trace, event: TraceEvent): string {
  if (event.does !== 'walk' && event.does !== 'update') return '';
  const entry = event.entries?.find(({ before, after }) => before !== after);
  if (!entry) return '';
  const [before, after] = [wordsOf(trace, entry.before, ''), wordsOf(trace, entry.after, '')];
  const change = wordChange(before, after);
  if (!change || before.length - without(before, after).length < 2) return '';
  const elsewhere = event.on[0] === undefined || !isPartOf(trace, event.on[0], entry);
  const where = elsewhere ? `${entry.table}[${entry.index}]: ` : '';
  return `${where}${change}${event.does === 'walk' ? ' (hardware)' : ''}`;
}

function isPartOf(trace: Trace, cell: string, entry: TraceEntry): boolean {
  const role = roleIn(trace, cell);
  return role.is === 'entry' && role.table === entry.table && role.index === entry.index;
}

function answer(event: TraceEvent): string {
  return event.choice === undefined ? '' : `→ ${event.choice}`;
}

function everything(trace: Trace, event: TraceEvent): string {
  const parts = event.cells.map((access) =>
    changed(access) ? `${access.cell} ${difference(trace, access)}` : `${access.cell} is ${access.after}`,
  );
  return parts.length > 0 ? `{${parts.join(', ')}}` : '';
}
