/** A difference applied to the text of a file, as `patch` does it: where the lines are, not where they were said to be. */
import type { RacewalkError } from '@racewalk/core';
import { errorAt } from '../parse/error.js';
import type { FileDiff } from './diff.js';
import type { Hunk, PatchLine } from './hunk.js';

/** A row of a text that was put together: where it comes from. */
export interface Row {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  /** Added by the patch. */
  readonly added: boolean;
}

/** What applying came to. */
export interface Applied {
  readonly rows: readonly Row[];
  /** Places in the old text at which lines were removed, from 0: the row that follows in the new text. */
  readonly cuts: ReadonlySet<number>;
  /** What had to be guessed, in sentences. */
  readonly notes: readonly string[];
}

/** Lines of context at either end that need not be there. */
const FUZZ = 2;

/** White space gets lost in mails. */
const plain = (text: string): string => text.replace(/\s+/g, '');

/** Rows of a text as it is. */
export const rowsOf = (text: string, file: string): Row[] =>
  text.split(/\r?\n/).map((line, i) => ({ text: line, file, line: i + 1, added: false }));

/** Apply the hunks of a file to its text, or to its rows; throws with the line of the mail where one does not fit. */
export function applyDiff(text: string | readonly Row[], diff: FileDiff, mail: string): Applied {
  const path = diff.to ?? diff.from ?? '';
  const old = typeof text !== 'string' ? text : text === '' ? [] : rowsOf(text, path);
  const keys = old.map((row) => plain(row.text));
  const rows: Row[] = [];
  const cuts = new Set<number>();
  const notes: string[] = [];
  let [done, shift] = [0, 0];
  for (const hunk of diff.hunks) {
    const found = place(hunk, keys, done, shift);
    if (found === null) throw doesNotFit(hunk, keys, old, path, mail);
    const { at, head, lines } = found;
    const expected = Math.max(0, hunk.oldStart - 1) + head;
    shift = at - expected;
    const notSaid = Math.abs(shift) > 0 || head > 0 || lines.length < hunk.lines.length - head;
    if (notSaid) notes.push(`${path}: ${hunk.header} fits at line ${at + 1 - head}${fuzzText(hunk, lines)}`);
    rows.push(...old.slice(done, at));
    done = at;
    for (const { kind, text: added, line } of lines) {
      if (kind === '+') rows.push({ text: added, file: mail, line, added: true });
      else {
        const row = old[done++];
        if (kind === ' ' && row !== undefined) rows.push(row);
        else cuts.add(rows.length);
      }
    }
  }
  rows.push(...old.slice(done));
  return { rows, cuts, notes };
}

const fuzzText = (hunk: Hunk, lines: readonly PatchLine[]): string => {
  const left = hunk.lines.length - lines.length;
  return left === 0 ? '' : `, without ${left} of its lines of context`;
};

interface Found {
  readonly at: number;
  /** Lines of context that were left out at the top. */
  readonly head: number;
  readonly lines: readonly PatchLine[];
}

/** Where a hunk fits, nearest to where it says. */
function place(hunk: Hunk, keys: readonly string[], from: number, shift: number): Found | null {
  for (let fuzz = 0; fuzz <= FUZZ; fuzz++) {
    const head = Math.min(fuzz, contextAt(hunk.lines));
    const tail = Math.min(fuzz, contextAt([...hunk.lines].reverse()));
    if (fuzz > 0 && head + tail === 0) return null;
    const lines = hunk.lines.slice(head, hunk.lines.length - tail);
    const wanted = lines.filter((l) => l.kind !== '+').map((l) => plain(l.text));
    // A hunk of nothing but additions says alone where it belongs.
    const near = Math.max(0, hunk.oldStart - 1) + head + shift;
    if (wanted.length === 0) return fuzz === 0 ? { at: Math.min(keys.length, near), head, lines } : null;
    const at = nearest(keys, wanted, near, from);
    if (at !== null) return { at, head, lines };
  }
  return null;
}

function contextAt(lines: readonly PatchLine[]): number {
  const first = lines.findIndex((l) => l.kind !== ' ');
  return first < 0 ? 0 : first;
}

/** Where the lines stand, the place nearest to the one that was said. */
function nearest(
  keys: readonly string[],
  wanted: readonly string[],
  near: number,
  from: number,
): number | null {
  const last = keys.length - wanted.length;
  for (let d = 0; d <= Math.max(near, last - near); d++)
    for (const at of d === 0 ? [near] : [near - d, near + d])
      if (at >= from && at <= last && wanted.every((w, i) => keys[at + i] === w)) return at;
  return null;
}

function doesNotFit(
  hunk: Hunk,
  keys: readonly string[],
  old: readonly Row[],
  path: string,
  mail: string,
): RacewalkError {
  const now = hunk.lines.filter((l) => l.kind !== '-').map((l) => plain(l.text));
  const what = `${hunk.header} of ${path} does not fit`;
  if (now.length > 0 && nearest(keys, now, hunk.newStart - 1, 0) !== null)
    return fail(
      mail,
      hunk.line,
      `${what}: the tree has this change already`,
      'give the tree as it was before',
    );
  const wanted = hunk.lines.filter((l) => l.kind !== '+');
  let best = { matched: -1, at: 0 };
  const keysWanted = wanted.map((l) => plain(l.text));
  for (let at = 0; at + 1 <= keys.length; at++) {
    const matched = keysWanted.filter((w, i) => w !== '' && keys[at + i] === w).length;
    const closer = Math.abs(at - hunk.oldStart) < Math.abs(best.at - hunk.oldStart);
    if (matched > best.matched || (matched === best.matched && closer)) best = { matched, at };
  }
  const wrong = wanted.findIndex((_, i) => keys[best.at + i] !== keysWanted[i]);
  const line = wanted[wrong];
  const there = old[best.at + wrong];
  const hint = 'give the tree that the patch was made for, or the patch as it was mailed';
  if (line === undefined) return fail(mail, hunk.line, what, hint);
  const has = there === undefined ? 'nothing' : `'${there.text.trim()}'`;
  return fail(
    mail,
    line.line,
    `${what}: it wants '${line.text.trim()}', and the tree has ${has} at ${path}:${best.at + wrong + 1}`,
    hint,
  );
}

const fail = (mail: string, line: number, what: string, hint: string): RacewalkError =>
  errorAt({ file: mail, line, column: 1 }, what, hint, 'RACEWALK_C_APPLY');
