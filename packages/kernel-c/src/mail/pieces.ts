/** Definitions that are whole in the hunks of a difference: these need no tree. */
import type { Row } from './apply.js';
import type { FileDiff } from './diff.js';
import type { Hunk } from './hunk.js';

/** A function of a difference that is not whole in it. */
export interface PartialFunction {
  /** '' where neither the hunk nor its header names it. */
  readonly name: string;
  readonly file: string;
  /** Line of the mail with the hunk. */
  readonly line: number;
  readonly header: string;
}

/** One side of a difference. */
export interface Side {
  readonly rows: readonly Row[];
  /** Functions that are whole, by name: whether the difference changes them. */
  readonly whole: ReadonlyMap<string, boolean>;
  readonly partial: readonly PartialFunction[];
  /** Everything that is whole, types and macros included. */
  readonly names: readonly string[];
}

const NO_TYPE = /^(?:return|else|if|for|while|do|switch|case|goto|sizeof|typedef)$/;

/** Blanks comments, strings and characters; what stands before a comment's end that has no beginning is comment, too. */
export function masked(text: string): string {
  const blank = (s: string): string => s.replace(/[^\n]/g, ' ');
  const open = text.indexOf('/*');
  const close = text.indexOf('*/');
  const start = close >= 0 && (open < 0 || close < open) ? close + 2 : 0;
  const body = text
    .slice(start)
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, blank);
  return blank(text.slice(0, start)) + body;
}

/** The end of what begins with a bracket at `at`, behind its partner; -1 if it is not there. */
function endOf(text: string, at: number): number {
  const open = text.charAt(at);
  const close = { '(': ')', '{': '}' }[open];
  for (let i = at, depth = 0; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return -1;
}

interface Piece {
  readonly name: string;
  readonly kind: 'function' | 'other';
  readonly start: number;
  /** -1: its end is not there. */
  readonly end: number;
}

const FUNCTION = /(?:^|\n)[ \t]*((?:[A-Za-z_]\w*[\s*]+)+)([A-Za-z_]\w*)\s*\(/g;
const TYPE = /(?:^|\n)[ \t]*(?:typedef\s+)?(?:struct|enum|union)\s+(\w+)\s*\{/g;
const MACRO = /(?:^|\n)[ \t]*#[ \t]*define[ \t]+(\w+)(?:[^\n]*\\\n)*[^\n]*/g;

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const m of text.matchAll(FUNCTION)) {
    const [whole, lead = '', name = ''] = m;
    if (
      NO_TYPE.test(name) ||
      lead
        .trim()
        .split(/[\s*]+/)
        .some((word) => NO_TYPE.test(word))
    )
      continue;
    const paren = m.index + whole.length - 1;
    const behind = endOf(text, paren);
    const brace = behind < 0 ? -1 : behind + (/^\s*/.exec(text.slice(behind))?.[0].length ?? 0);
    if (brace < 0 || text[brace] !== '{') continue;
    pieces.push({ name, kind: 'function', start: m.index, end: endOf(text, brace) });
  }
  for (const m of text.matchAll(TYPE)) {
    const end = endOf(text, m.index + m[0].length - 1);
    const semicolon = end < 0 ? -1 : text.indexOf(';', end);
    if (semicolon >= 0) pieces.push({ name: m[1] ?? '', kind: 'other', start: m.index, end: semicolon + 1 });
  }
  for (const m of text.matchAll(MACRO))
    pieces.push({ name: m[1] ?? '', kind: 'other', start: m.index, end: m.index + m[0].length });
  // What stands inside of another piece belongs to it.
  return pieces.filter(
    (p) =>
      !pieces.some((o) => o !== p && o.start <= p.start && (o.end < 0 || p.end <= o.end) && o.end !== p.end),
  );
}

const nameIn = (about: string): string | null => /([A-Za-z_]\w*)\s*\(/.exec(about)?.[1] ?? null;

/** One side of a difference, without any tree. `mail` is the file it stands in; what is in `skip` is left out. */
export function sideOf(
  diff: FileDiff,
  side: 'old' | 'new',
  mail: string,
  skip: ReadonlySet<string> = new Set(),
): Side {
  const rows: Row[] = [];
  const whole = new Map<string, boolean>();
  const partial: PartialFunction[] = [];
  const names: string[] = [];
  const other = side === 'new' ? '-' : '+';
  for (const hunk of diff.hunks) {
    const lines = hunk.lines.filter((l) => l.kind !== other);
    const text = masked(lines.map((l) => l.text).join('\n'));
    const starts: number[] = [];
    let at = 0;
    for (const l of lines) {
      starts.push(at);
      at += l.text.length + 1;
    }
    const pieces = piecesOf(text);
    const changes = changesOf(hunk, side);
    const inside = (i: number, p: Piece): boolean => {
      const [a, b] = [starts[i] ?? 0, (starts[i] ?? 0) + (lines[i]?.text.length ?? 0)];
      return b >= p.start && (p.end < 0 || a < p.end);
    };
    const kept = pieces.filter((p) => p.end >= 0 && !skip.has(p.name));
    names.push(...kept.map(({ name }) => name));
    for (const p of pieces.filter(({ kind }) => kind === 'function')) {
      const touched = lines.some((_, i) => changes.has(i) && inside(i, p));
      if (p.end >= 0 && skip.has(p.name)) continue;
      if (p.end >= 0) whole.set(p.name, touched || whole.get(p.name) === true);
      else if (touched) partial.push(part(p.name, diff, hunk));
    }
    // Changes above the brace that ends what the hunk begins in belong to the function that the header names.
    const first = Math.min(...pieces.map(({ start }) => start), text.length);
    // A hunk may begin with the brace whose function stands above it.
    const inner = endOfInner(text.slice(0, first).replace(/^(\s*)\{/, '$1 '), pieces.length === 0);
    const above = lines.some((l, i) => changes.has(i) && (starts[i] ?? 0) < inner && isCode(l.text));
    const name = nameIn(hunk.about);
    if (above && (name === null || !whole.has(name))) partial.push(part(name ?? '', diff, hunk));
    for (const [i, l] of lines.entries()) {
      const mine = kept.some((p) => inside(i, p));
      rows.push({ text: mine ? l.text : '', file: mail, line: l.line, added: l.kind === '+' });
    }
  }
  const first = (p: PartialFunction, i: number): boolean => partial.findIndex((q) => q.name === p.name) === i;
  return { rows, whole, partial: partial.filter(first), names };
}

/** Where the function ends that a text begins in the middle of; 0 if it begins in none. `alone`: no other follows. */
function endOfInner(text: string, alone: boolean): number {
  let [depth, end] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth < 0) {
      depth = 0;
      end = i;
    }
  }
  return end === 0 && alone ? text.length : end;
}

const isCode = (text: string): boolean => !/^\s*(?:\/?\*.*|#.*|extern\b.*)?$/.test(text);

const part = (name: string, diff: FileDiff, hunk: Hunk): PartialFunction => ({
  name,
  file: diff.to ?? diff.from ?? '',
  line: hunk.line,
  header: hunk.header,
});

/** Indices, among the lines of one side, of those that the other side does not have, or next to which it has more. */
function changesOf(hunk: Hunk, side: 'old' | 'new'): Set<number> {
  const own = side === 'new' ? '+' : '-';
  const found = new Set<number>();
  let i = 0;
  for (const { kind } of hunk.lines) {
    if (kind === own) found.add(i++);
    else if (kind === ' ') i++;
    else found.add(Math.max(0, i - 1));
  }
  return found;
}
