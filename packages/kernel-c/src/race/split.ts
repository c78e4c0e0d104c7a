/** The parts of a race in C: name, initial state, code, claims, variants. */
import { nearest } from '@racewalk/core';
import { errorAt, type Place } from '../parse/error.js';

/** `forbids …`, `exists (…)` and the like. */
export interface ClaimText {
  readonly kind: 'forbids' | 'exists' | '~exists' | 'forall';
  readonly text: string;
  readonly place: Place;
}

/** `filter (…)`. */
export interface FilterText {
  readonly text: string;
  readonly place: Place;
}

/** A variant as it is written: `variant NAME breaks CODE if CONDITION { … }`. */
export interface VariantText {
  readonly name: string;
  /** What follows the name up to the brace. */
  readonly says: string;
  readonly body: string;
  /** Line of the first line of the body. */
  readonly line: number;
  readonly place: Place;
}

/** The parts; line numbers stay those of the file. */
export interface RaceText {
  readonly file: string;
  readonly name: string;
  readonly about: string;
  readonly initial: string;
  readonly initialPlace: Place;
  /** The file with everything that is no C blanked. */
  readonly code: string;
  readonly claims: readonly ClaimText[];
  /** What stands in `locations [ … ]`. */
  readonly locations: readonly string[];
  /** Ends that do not satisfy it are none of the file's business; only final states are read with one. */
  readonly filter: FilterText | null;
  readonly variants: readonly VariantText[];
  /** Names that stub gives a body. */
  readonly stubs: readonly string[];
}

const blank = (s: string): string => s.replace(/[^\n]/g, ' ');

/** The text with comments and strings blanked, to look for braces in. */
export const masked = (text: string): string =>
  text.replace(
    /\(\*(?=[\s*])[\s\S]*?\*\)|\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'/g,
    blank,
  );

/** A text that is cut into parts, with everything taken out blanked. */
class Cutter {
  mask: string;

  constructor(
    readonly file: string,
    public text: string,
  ) {
    this.mask = masked(text);
  }

  place(at: number): Place {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    return { file: this.file, line, column: at - before.lastIndexOf('\n') };
  }

  /** Blank a stretch and return what stood there. */
  cut(from: number, to: number): string {
    const out = this.text.slice(from, to);
    this.text = this.text.slice(0, from) + blank(out) + this.text.slice(to);
    this.mask = this.mask.slice(0, from) + blank(out) + this.mask.slice(to);
    return out;
  }

  /** The brace that closes the one at `open`. */
  closing(open: number): number {
    let depth = 0;
    for (let i = open; i < this.mask.length; i++) {
      if (this.mask[i] === '{') depth++;
      if (this.mask[i] === '}' && --depth === 0) return i;
    }
    throw errorAt(this.place(open), 'this brace is not closed', 'add the missing }', 'RACEWALK_C');
  }
}

/** Cut a file into its parts. */
export function splitRace(source: string, file: string): RaceText {
  const cutter = new Cutter(file, source.replace(/\r\n/g, '\n'));
  const comments = cutter.text.match(/\(\*(?=[\s*])[\s\S]*?\*\)/g) ?? [];
  for (const comment of comments) {
    const at = cutter.text.indexOf(comment);
    cutter.cut(at, at + comment.length);
  }
  const name = nameOf(cutter);
  const variants = variantsOf(cutter);
  const initialAt = initialOf(cutter);
  const { claims, locations, filter } = claimsOf(cutter);
  const stubs = stubsOf(cutter);
  const about = (comments[0] ?? '')
    .replace(/^\(\*|\*\)$/g, '')
    .replace(/^\s*\*/gm, '')
    .trim();
  // `P0(` has no type, and C wants one; names of the kernel's style may lack it, too. Columns in the line stay.
  refuseLeft(cutter);
  const code = typed(cutter.text);
  return { file, name, about, ...initialAt, code, claims, locations, filter, variants, stubs };
}

/** Words that begin what is no C, by how a line of theirs goes on. */
const KEYWORDS = ['forbids', 'exists', '~exists', 'forall', 'locations', 'filter'];

/** Parts of a race that were not understood as such: a word is misspelt, or something is missing. */
function refuseLeft(cutter: Cutter): void {
  const { mask } = cutter;
  const fail = (at: number, what: string, hint: string) =>
    errorAt(cutter.place(at), what, hint, 'RACEWALK_C_RACE');
  const variant = /^variant\b(?=[^;\n(]*\{)/m.exec(mask);
  if (variant !== null)
    throw fail(variant.index, 'a variant without a name', 'write variant NAME breaks CODE { … }');
  const stub = /^stub\b[^\n]*/m.exec(mask);
  if (stub !== null) throw fail(stub.index, `'${stub[0].trim()}' has no body`, 'write stub NAME { … }');
  const claim = /^(~?[a-z]+)[ \t]+(?:[A-Z]{2,}(?:[ \t]*,[ \t]*[A-Z]{2,})*[ \t]*$|\(\s*(?:P?\d+:|~))/m.exec(
    mask,
  );
  if (claim === null) return;
  const near = nearest(claim[1] ?? '', KEYWORDS);
  const hint = near === null ? `one of ${KEYWORDS.join(', ')}` : `did you mean ${near}?`;
  throw fail(claim.index, `'${claim[1]}' is no claim`, hint);
}

/** The text with `void` in front of functions that have no type; `main` has the macros that are none. */
export function typed(text: string, main = text): string {
  const macros = new Set([...main.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)\(/gm)].map(([, name]) => name));
  let out = '';
  let done = 0;
  for (const { index, 1: name } of masked(text).matchAll(/^[ \t]*([A-Za-z_]\w*)(?=\s*\([^;{}]*\)\s*\{)/gm)) {
    if (/^(?:if|for|while|switch|scoped_guard|\w*for_?each\w*)$/.test(name ?? '') || macros.has(name))
      continue;
    out += `${text.slice(done, index)}void `;
    done = index;
  }
  return out + text.slice(done);
}

function nameOf(cutter: Cutter): string {
  const m = /^\s*C[ \t]+(\S+)[^\n]*$/m.exec(cutter.mask);
  if (m === null || cutter.mask.slice(0, m.index).trim() !== '') {
    const base = /([^/]+?)(\.\w+)?$/.exec(cutter.file)?.[1];
    return base ?? 'race';
  }
  cutter.cut(m.index, m.index + m[0].length);
  return m[1] ?? 'race';
}

/** Where a block of no function begins: first in the file, or behind a declaration; -1 without one. */
function blockAt(mask: string): number {
  let depth = 0;
  let before = ';';
  for (let i = 0; i < mask.length; i++) {
    const c = mask[i] as string;
    if (c === '#' && depth === 0) i = endOfDirective(mask, i);
    else if (c === '{') {
      if (depth++ === 0 && /[;}]/.test(before)) return i;
    } else if (c === '}') depth--;
    if (/[^\s#]/.test(c)) before = c;
  }
  return -1;
}

/** The last character of a line of the preprocessor, which a backslash continues. */
function endOfDirective(mask: string, at: number): number {
  const end = mask.slice(at).search(/[^\\]\n/);
  return end < 0 ? mask.length : at + end;
}

function initialOf(cutter: Cutter): { initial: string; initialPlace: Place } {
  const open = blockAt(cutter.mask);
  if (open < 0) return { initial: '', initialPlace: cutter.place(0) };
  const initialPlace = cutter.place(open);
  const text = cutter.text
    .slice(open + 1, cutter.closing(open))
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, blank);
  cutter.cut(open, cutter.closing(open) + 1);
  const second = blockAt(cutter.mask);
  if (second >= 0)
    throw errorAt(
      cutter.place(second),
      'a block that belongs to no function',
      'the state at the start is one block; all else stands in functions',
      'RACEWALK_C_RACE',
    );
  return { initial: text, initialPlace };
}

function variantsOf(cutter: Cutter): VariantText[] {
  const found: VariantText[] = [];
  for (;;) {
    const m = /^variant[ \t]+([\w-]+)([^{]*)\{/m.exec(cutter.mask);
    if (m === null) return found;
    const open = m.index + m[0].length - 1;
    const close = endOfVariant(cutter, open);
    const place = cutter.place(m.index);
    const line = cutter.place(open).line;
    const body = cutter.text.slice(open + 1, close);
    found.push({ name: m[1] ?? '', says: (m[2] ?? '').replace(/\s+/g, ' ').trim(), body, line, place });
    cutter.cut(m.index, close + 1);
  }
}

/** A difference need not have its braces in pairs: it ends with a brace at the start of a line. */
function endOfVariant(cutter: Cutter, open: number): number {
  const end = /^\}/m.exec(cutter.mask.slice(open + 1));
  if (end !== null && /^[+-]/m.test(cutter.mask.slice(open + 1, open + 1 + end.index)))
    return open + 1 + end.index;
  return cutter.closing(open);
}

function claimsOf(cutter: Cutter): Pick<RaceText, 'claims' | 'locations' | 'filter'> {
  const claims: ClaimText[] = [];
  const locations: string[] = [];
  let filter: FilterText | null = null;
  for (;;) {
    const m = /^[ \t]*(forbids|~exists|exists|forall|locations|filter)\b[ \t]*/m.exec(cutter.mask);
    if (m === null) return { claims, locations, filter };
    const start = m.index + m[0].length;
    const end = endOfClaim(cutter.mask, start);
    const place = cutter.place(m.index + m[0].search(/\S/));
    const text = cutter.mask.slice(start, end).replace(/\s+/g, ' ').replace(/;\s*$/, '').trim();
    cutter.cut(m.index, end);
    if (text === '')
      throw errorAt(
        place,
        `${m[1]} says nothing`,
        'write forbids DIRTY, or forbids (0:r0=1)',
        'RACEWALK_C_RACE',
      );
    if (m[1] === 'filter') filter = { text, place };
    else if (m[1] === 'locations') locations.push(text);
    else claims.push({ kind: m[1] as ClaimText['kind'], text, place });
  }
}

/** A claim ends with its parentheses, or with its line. */
function endOfClaim(mask: string, start: number): number {
  const rest = mask.slice(start);
  const open = rest.search(/\S/);
  if (rest[open] !== '(' && rest[open] !== '[') {
    const line = rest.indexOf('\n');
    return line < 0 ? mask.length : start + line;
  }
  let depth = 0;
  for (let i = start + open; i < mask.length; i++) {
    if (mask[i] === '(' || mask[i] === '[') depth++;
    if ((mask[i] === ')' || mask[i] === ']') && --depth === 0) {
      // `(a) /\ (b)` goes on.
      const after = /^\s*(\/\\|\\\/)/.exec(mask.slice(i + 1));
      if (after === null) return i + 1;
    }
  }
  return mask.length;
}

function stubsOf(cutter: Cutter): string[] {
  const names: string[] = [];
  for (;;) {
    const m = /^stub([ \t]+)([^({;]*?)(\w+)\s*(\([^)]*\))?\s*(?=\{)/m.exec(cutter.mask);
    if (m === null) return names;
    names.push(m[3] ?? '');
    const typed = (m[2] ?? '').trim() !== '';
    const line = m[0];
    const params = m[4] === undefined ? '(...)' : '';
    const name = `${typed ? '' : 'long '}${line.slice(4).trim()}${params} `;
    cutter.text = cutter.text.slice(0, m.index) + name + cutter.text.slice(m.index + line.length);
    cutter.mask = masked(cutter.text);
  }
}
