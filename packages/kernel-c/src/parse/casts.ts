/**
 * `(x) + 1` is a sum if `x` is a variable, and a cast of `+1` if it is a type. The grammar knows no types. So names of types
 * get a `const` here, and are types to it; all others lose their parentheses. Lines stay, and columns up to such a place.
 */
import { TYPEDEFS } from '../types/ctype.js';

/** A name in parentheses, before an operator that may also stand before its only operand. */
const NAME = /\(([ \t]*[A-Za-z_]\w*[ \t]*)\)(?=\s*(?:[-+*]|&(?!&)))/g;

/** `(d * (a))`: to the grammar a pointer to functions. A unary plus behind the star changes nothing. */
const PRODUCT = /(\([ \t]*([A-Za-z_]\w*)[ \t]*\*)[ \t]?(?=[ \t]*\((?![ \t]*\*))/g;

/** A call in parentheses. */
const CALL = /\([ \t]*([A-Za-z_]\w*)[ \t]*\(/g;

/** Behind a call `&&` counts, too: to the grammar it may be the address of a label. */
const OPERATOR = /^\s*[-+*&]/;

/** The parenthesis that closes the one at `open`; -1 if none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
    else if (text[i] === ';' && depth <= 2) return -1;
  }
  return -1;
}

/** `(f((u8)(x))) & 3`: calls lose the parentheses around them, before the same operators. */
function withoutCalls(text: string, skip: (name: string, at: number) => boolean): string {
  const out = [...text];
  for (const { index, 0: head, 1: name = '' } of text.matchAll(CALL)) {
    const inner = closing(text, index + head.length - 1);
    const outer = inner < 0 ? -1 : inner + 1 + text.slice(inner + 1).search(/\S/);
    if (outer <= inner || text[outer] !== ')' || !OPERATOR.test(text.slice(outer + 1, outer + 40))) continue;
    if (skip(name, index)) continue;
    out[index] = ' ';
    out[outer] = ' ';
  }
  return out.join('');
}

/** What a sum may stand behind; behind all else a name in parentheses is an argument or a condition. */
const BEFORE = /(?:[([{,;=?:<>+\-*/%&|^!~]|\breturn|\bcase)\s*$/;

const WORDS = new Set(['void', 'char', 'short', 'int', 'long', 'unsigned', 'signed', 'float', 'double']);

/** The names that a text gives types itself. */
const typesOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/\btypedef\b[^;{]*(?:\{[^}]*\})?[^;]*?\b(\w+)\s*;/g)].map(([, name = '']) => name),
  );

/** A text in which names in parentheses that are no types stand without them; macros keep theirs. */
export function withoutCasts(text: string): string {
  const own = typesOf(text);
  const isType = (name: string): boolean =>
    WORDS.has(name) || own.has(name) || TYPEDEFS[name] !== undefined || name.endsWith('_t');
  const directive = directivesOf(text);
  const behind = (at: number): boolean => !directive(at) && BEFORE.test(text.slice(Math.max(0, at - 80), at));
  return withoutCalls(text, (name, at) => isType(name) || name === 'sizeof' || !behind(at))
    .replace(NAME, (whole, inner: string, at: number) => {
      const name = inner.trim();
      if (WORDS.has(name) || !behind(at)) return whole;
      return isType(name) ? `(const ${name})` : ` ${inner} `;
    })
    .replace(PRODUCT, (whole, start: string, name: string, at: number) =>
      isType(name) || directive(at) ? whole : `${start}+`,
    );
}

/** Whether a place is in a line of the preprocessor, or in one that continues it. */
export function directivesOf(text: string): (at: number) => boolean {
  const ranges = [...text.matchAll(/^[ \t]*#(?:[^\n]*\\\r?\n)*[^\n]*/gm)].map(
    ({ index, 0: line }) => [index, index + line.length] as const,
  );
  return (at) => ranges.some(([from, to]) => from <= at && at < to);
}
