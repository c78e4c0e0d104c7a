/** Differences in a text that people may have quoted, commented on, and folded. */
import { placeText } from '../parse/error.js';
import { type Hunk, readHunk } from './hunk.js';
import type { MailLine } from './line.js';
import { readMails } from './mails.js';

/** What is changed in one file. */
export interface FileDiff {
  /** Path in the tree, without `a/` or `b/`; null for a file that is added. */
  readonly from: string | null;
  /** Null for a file that is removed. */
  readonly to: string | null;
  readonly hunks: readonly Hunk[];
  readonly binary: boolean;
  /** Line of the mail where it begins. */
  readonly line: number;
}

/** Signs of quotation in front of a line. */
const quotesOf = (text: string): number =>
  (/^(?:[>|] ?)*/.exec(text)?.[0] ?? '').replace(/[^>|]/g, '').length;

const without = (text: string, quotes: number): string =>
  text.replace(new RegExp(`^(?:[>|] ?){${quotes}}`), '');

/** Where a difference begins: `diff --git`, or `---` with `+++` in the next line. */
function startsAt(lines: readonly MailLine[], i: number): number | null {
  const text = lines[i]?.text ?? '';
  const quotes = quotesOf(text);
  const plain = without(text, quotes);
  if (/^diff --git \S+ \S+/.test(plain)) return quotes;
  if (!/^--- \S/.test(plain)) return null;
  const next = lines[i + 1]?.text ?? '';
  return quotesOf(next) === quotes && /^\+\+\+ \S/.test(without(next, quotes)) ? quotes : null;
}

/** All differences of a text, in order. */
export function readDiffs(text: string): FileDiff[] {
  return readMails(text).flatMap(({ lines }) => ofMail(lines));
}

function ofMail(lines: readonly MailLine[]): FileDiff[] {
  const starts: { at: number; quotes: number }[] = [];
  for (let i = 0; i < lines.length; i++) {
    const quotes = startsAt(lines, i);
    if (quotes === null) continue;
    const { at, quotes: before } = starts.at(-1) ?? { at: -9, quotes: -1 };
    // The header of a difference that `diff --git` has begun.
    const header = without(lines[i]?.text ?? '', quotes).startsWith('---');
    if (header && quotes === before && isHeader(lines.slice(at, i), quotes)) continue;
    starts.push({ at: i, quotes });
  }
  return starts.map(({ at, quotes }, i) => {
    const own = lines.slice(at, starts[i + 1]?.at);
    // What is quoted less often was said about it.
    const quoted = quotes === 0 ? own : own.filter((l) => quotesOf(l.text) >= quotes);
    return ofFile(quoted.map((l) => ({ ...l, text: without(l.text, quotes) })));
  });
}

const isHeader = (lines: readonly MailLine[], quotes: number): boolean =>
  lines.length > 0 && !lines.some(({ text }) => /^@@ -/.test(without(text, quotes)));

/** Directories at the top of a kernel tree: a path that begins with one has nothing in front to strip (`-p0`). */
const TOP =
  /^(?:arch|block|certs|crypto|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|rust|samples|scripts|security|sound|tools|usr|virt|Documentation)\//;

const pathOf = (text: string): string | null => {
  const name = text.split('\t')[0]?.trim() ?? '';
  if (name === '/dev/null') return null;
  return TOP.test(name) ? name : name.replace(/^[^/]+\//, '');
};

function ofFile(lines: readonly MailLine[]): FileDiff {
  const text = (pattern: RegExp): string | undefined =>
    head.map((l) => pattern.exec(l.text)?.[1]).find((s) => s !== undefined);
  const first = lines.findIndex((l) => /^@@ -/.test(l.text));
  const head = first < 0 ? lines : lines.slice(0, first);
  const [, a = '', b = ''] = /^diff --git (\S+) (\S+)/.exec(lines[0]?.text ?? '') ?? [];
  const from = text(/^--- (.+)/) ?? a;
  const to = text(/^\+\+\+ (.+)/) ?? b;
  return {
    from: pathOf(from),
    to: pathOf(to),
    hunks: hunksOf(lines),
    binary: head.some((l) => /^(?:GIT binary patch|Binary files )/.test(l.text)),
    line: lines[0]?.line ?? 1,
  };
}

function hunksOf(lines: readonly MailLine[]): Hunk[] {
  const starts = lines.flatMap((l, i) => (/^@@ -\d/.test(l.text) ? [i] : []));
  // Mailers that trim lines leave no context that begins with a space.
  const trimmed = !lines.slice(starts[0] ?? 0).some((l) => /^ \s*\S/.test(l.text));
  return starts.map((start, i) => readHunk(lines.slice(start, starts[i + 1]), trimmed));
}

/** `file:line` of a line of the mail. */
export const mailPlace = (file: string, line: number): string => placeText({ file, line, column: 1 });
