/** One hunk of a difference. */
import type { MailLine } from './line.js';

/** A line of a hunk: context, added or removed. */
export interface PatchLine {
  readonly kind: ' ' | '+' | '-';
  readonly text: string;
  /** Line of the mail. */
  readonly line: number;
}

/** A hunk. */
export interface Hunk {
  /** Line of the mail that has `@@`. */
  readonly line: number;
  readonly header: string;
  /** The first line it changes in the old file, from 1. */
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** What stands behind the second `@@`: the function above. */
  readonly about: string;
  readonly lines: readonly PatchLine[];
  /** Whether it has as many lines as it says. Mails that quote it may leave some out. */
  readonly whole: boolean;
}

const HEADER = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/** Where a hunk ends although lines are missing. */
const END = /^(?:diff --git |Index: |-- $|--$)/;

/** Read the hunk that begins with the first of these lines. `trimmed`: context has lost the space in front of it. */
export function readHunk(lines: readonly MailLine[], trimmed: boolean): Hunk {
  const [first, ...rest] = lines as readonly [MailLine, ...MailLine[]];
  const [, oldStart = '0', oldCount = '1', newStart = '0', newCount = '1', about = ''] =
    HEADER.exec(first.text) ?? [];
  const count = { old: Number(oldCount), now: Number(newCount) };
  const counted = byCount(rest, count, trimmed);
  return {
    line: first.line,
    header: `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@`,
    oldStart: Number(oldStart),
    oldCount: count.old,
    newStart: Number(newStart),
    newCount: count.now,
    about,
    lines: counted ?? untilEnd(rest, trimmed),
    whole: counted !== null,
  };
}

/** What kind of line it is, or null if it goes on the one before, which was too long for a mailer. */
function kindOf(text: string, trimmed: boolean): PatchLine['kind'] | null {
  const mark = text.charAt(0);
  if (mark === '+' || mark === '-' || mark === ' ') return mark;
  return text === '' || mark === '\t' || trimmed ? ' ' : null;
}

const contentOf = (text: string): string => (/^[-+ ]/.test(text) ? text.slice(1) : text);

function push(out: PatchLine[], l: MailLine, trimmed: boolean): PatchLine['kind'] | null {
  const kind = kindOf(l.text, trimmed);
  const last = out.at(-1);
  if (kind !== null) out.push({ kind, text: contentOf(l.text), line: l.line });
  else if (last !== undefined)
    out[out.length - 1] = { ...last, text: `${last.text.trimEnd()} ${l.text.trim()}` };
  return kind;
}

/** As many lines as the header says; null if there are fewer, or too many of one kind. */
function byCount(
  lines: readonly MailLine[],
  { old, now }: { old: number; now: number },
  trimmed: boolean,
): PatchLine[] | null {
  const out: PatchLine[] = [];
  let [a, b] = [old, now];
  for (const l of lines) {
    if (a === 0 && b === 0) {
      // The last line may go on, too.
      if (kindOf(l.text, trimmed) === null && /[,(|&=+]\s*$/.test(out.at(-1)?.text ?? '')) {
        push(out, l, trimmed);
        continue;
      }
      break;
    }
    if (END.test(l.text)) return null;
    if (l.text.startsWith('\\')) continue;
    const kind = push(out, l, trimmed);
    if (kind === ' ' || kind === '-') a--;
    if (kind === ' ' || kind === '+') b--;
    if (a < 0 || b < 0) return null;
  }
  return a === 0 && b === 0 ? out : null;
}

/** What is there, where lines are missing. */
function untilEnd(lines: readonly MailLine[], trimmed: boolean): PatchLine[] {
  const out: PatchLine[] = [];
  for (const l of lines) {
    if (END.test(l.text)) break;
    if (!l.text.startsWith('\\')) push(out, l, trimmed);
  }
  return out;
}
