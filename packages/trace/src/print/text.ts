/**
 * Text as printers need it: one line, known width, wrapped, or plain ASCII.
 */

// Controls, line and paragraph separators, bidirectional overrides, halves of surrogate pairs: a trace may
// come from a stranger, and must not be able to move the cursor or turn the line around.
const UNPRINTABLE =
  /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

/** Any value in words, even an object whose own `toString` is no function. */
function words(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Any value as one printable line; nothing for null and undefined. Never throws. */
export function line(value: unknown): string {
  if (value === undefined || value === null) return '';
  return words(value).replace(UNPRINTABLE, (char) => (char < ' ' ? ' ' : '\ufffd'));
}

/** Columns a text takes on a terminal. Wide characters count as one. */
export function widthOf(text: string): number {
  return [...text].length;
}

/** `text`, filled up with blanks to `width`. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Breaks a word, behind a `_`, `/` or `-` or before a capital if one is near enough. */
function chop(word: string, width: number): string[] {
  const out: string[] = [];
  let chars = [...word];
  while (chars.length > width) {
    let cut = width;
    for (let i = width; i > width / 2; i--) {
      const seam = /[_/:-]/.test(chars[i - 1]!) || (/[A-Z]/.test(chars[i]!) && !/[A-Z]/.test(chars[i - 1]!));
      if (!seam) continue;
      cut = i;
      break;
    }
    out.push(chars.slice(0, cut).join(''));
    chars = chars.slice(cut);
  }
  return [...out, chars.join('')];
}

function wrapWords(text: string, first: number, rest: number): string[] {
  const out: string[] = [];
  let current = '';
  for (const word of text.split(/ +/).filter(Boolean)) {
    const room = out.length === 0 ? first : rest;
    const longer = current ? `${current} ${word}` : word;
    if (widthOf(longer) <= room) {
      current = longer;
      continue;
    }
    if (current) out.push(current);
    const parts = widthOf(word) <= rest ? [word] : chop(word, rest);
    current = parts.pop() ?? '';
    out.push(...parts);
  }
  if (current || out.length === 0) out.push(current);
  return out;
}

/**
 * Breaks a line to `width`, first where it has two blanks (between what was done and what came of it),
 * then between words, then anywhere. Lines after the first start with `indent` blanks.
 */
export function wrap(text: string, width: number, indent = 0): string[] {
  if (widthOf(text) <= width) return [text];
  const inner = Math.max(1, width - indent);
  const out: string[] = [];
  for (const segment of text.split(/ {2,}/).filter(Boolean)) {
    const last = out.at(-1);
    const room = out.length <= 1 ? width : inner;
    if (last !== undefined && widthOf(last) + 2 + widthOf(segment) <= room) {
      out[out.length - 1] = `${last}  ${segment}`;
    } else {
      out.push(...wrapWords(segment, out.length === 0 ? Math.max(1, width) : inner, inner));
    }
  }
  return out.map((part, i) => (i === 0 ? part : ' '.repeat(Math.min(indent, width - 1)) + part));
}

const ASCII: Readonly<Record<string, string>> = {
  '→': '->',
  '➜': '->',
  '←': '<-',
  '⇒': '=>',
  '⇐': '<=',
  '↔': '<->',
  '…': '...',
  '·': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '×': 'x',
  '≠': '!=',
  '≤': '<=',
  '≥': '>=',
  '✗': 'x',
  '•': '*',
  '✓': 'ok',
  '∅': 'none',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '\u00a0': ' ',
};

/** The same line in 7-bit ASCII. */
export function ascii(text: string): string {
  return line(text)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/gu, (char) => ASCII[char] ?? '?');
}

/** `n` things, with the plural where it belongs. */
export function plural(n: number, noun: string): string {
  return `${line(n)} ${noun}${n === 1 ? '' : 's'}`;
}
