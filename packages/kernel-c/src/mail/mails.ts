/** Mails in a file: an mbox, one mail with its headers, or a text without any. */
import { base64, quotedPrintable, unflowed } from './decode.js';
import { linesOf, type MailLine } from './line.js';

/** One mail, as text. */
export interface Mail {
  /** Empty if the text has no headers. */
  readonly subject: string;
  readonly lines: readonly MailLine[];
}

const MBOX = /^From \S+ .*\d{4}\s*$/;
const HEADER = /^[A-Za-z][\w-]*:(?:\s|$)/;

/** The mails of a file, one after the other. */
export function readMails(text: string): Mail[] {
  const lines = linesOf(text.replace(/^\uFEFF/, ''));
  const starts = lines.flatMap(({ text: line }, i) =>
    MBOX.test(line) && (i === 0 || lines[i - 1]?.text.trim() === '') ? [i] : [],
  );
  if (starts.length === 0) return [mailOf(lines)];
  return starts.map((start, i) => {
    const own = lines.slice(start + 1, starts[i + 1]);
    return mailOf(own.map((l) => ({ ...l, text: l.text.replace(/^>(?=From )/, '') })));
  });
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: readonly MailLine[];
}

/** Headers and body. A text that does not begin with headers is a body. */
function split(lines: readonly MailLine[]): Part {
  const headers = new Map<string, string>();
  let last = '';
  let i = 0;
  for (; i < lines.length; i++) {
    const line = lines[i]?.text ?? '';
    if (line === '') break;
    if (/^[ \t]/.test(line) && last !== '') {
      headers.set(last, `${headers.get(last)} ${line.trim()}`);
    } else if (HEADER.test(line)) {
      last = line.slice(0, line.indexOf(':')).toLowerCase();
      headers.set(last, line.slice(last.length + 1).trim());
    } else return { headers: new Map(), body: lines };
  }
  // Two headers at least: one line with a colon in front of a blank one is a sentence.
  return headers.size < 2 ? { headers: new Map(), body: lines } : { headers, body: lines.slice(i + 1) };
}

function mailOf(lines: readonly MailLine[]): Mail {
  const part = split(lines);
  return { subject: part.headers.get('subject') ?? '', lines: textOf(part) };
}

const parameter = (value: string, name: string): string | undefined =>
  new RegExp(`\\b${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i')
    .exec(value)
    ?.slice(1)
    .find((s) => s !== undefined);

/** The text of a part, decoded; of several parts all that are text or patches. */
function textOf({ headers, body }: Part): readonly MailLine[] {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /^multipart\//i.test(type) ? parameter(type, 'boundary') : undefined;
  if (boundary !== undefined) return partsOf(body, boundary).flatMap((part) => textOf(split(part)));
  const name =
    parameter(type, 'name') ?? parameter(headers.get('content-disposition') ?? '', 'filename') ?? '';
  if (!/^text\/(?!html)/i.test(type) && !/\.(?:patch|diff|txt)$/i.test(name) && !/patch|diff/i.test(type))
    return [];
  const encoding = (headers.get('content-transfer-encoding') ?? '').toLowerCase();
  const text = body.map((l) => l.text).join('\n');
  const first = body[0]?.line ?? 1;
  const flowed = /\bformat=flowed\b/i.test(type);
  if (encoding === 'base64') {
    const plain = base64(text);
    if (plain !== null) return linesOf(plain, first);
  }
  if (encoding === 'quoted-printable') return decoded(body, flowed);
  return flowed ? linesOf(unflowed(text), first) : body;
}

/** Lines that end with `=` are one; each keeps the number of its first. */
function decoded(body: readonly MailLine[], flowed: boolean): MailLine[] {
  const out: MailLine[] = [];
  let open: MailLine | null = null;
  for (const { text, line } of body) {
    const trimmed = text.replace(/[ \t]+$/, '');
    const whole: MailLine =
      open === null ? { text: trimmed, line } : { text: open.text + trimmed, line: open.line };
    open = whole.text.endsWith('=') ? { ...whole, text: whole.text.slice(0, -1) } : null;
    if (open === null) out.push(whole);
  }
  const plain = out.map((l) => ({ ...l, text: quotedPrintable(l.text) }));
  return flowed ? linesOf(unflowed(plain.map((l) => l.text).join('\n')), body[0]?.line ?? 1) : plain;
}

function partsOf(body: readonly MailLine[], boundary: string): MailLine[][] {
  const parts: MailLine[][] = [];
  for (const l of body) {
    if (l.text.trimEnd() === `--${boundary}--`) break;
    if (l.text.trimEnd() === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(l);
  }
  return parts;
}
