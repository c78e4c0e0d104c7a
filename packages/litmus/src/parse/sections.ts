/** The parts of a litmus test: head, initial state, code by column, and what is asked. */
import { type Piece, piece, type Text } from './text.js';

/** One thread: its heading, and its instructions from top to bottom. */
export interface Column {
  readonly heading: Piece;
  readonly cells: readonly Piece[];
}

export interface Sections {
  readonly isa: Piece;
  readonly name: string;
  /** Lines between the first one and the initial state. */
  readonly header: string;
  readonly initial: Piece;
  readonly columns: readonly Column[];
  /** From the first word behind the code. */
  readonly asked: Piece;
}

const ASKED = /^[ \t]*(?:exists|forall|locations|filter|final|not[ \t]+exists|~)/m;

/** Where the bracket that opens at `open` is closed. */
function closing(source: Text, open: number): number {
  let depth = 0;
  for (let i = open; i < source.text.length; i++) {
    if (source.text[i] === '{') depth++;
    if (source.text[i] === '}' && --depth === 0) return i;
  }
  throw source.error(open, 'the initial state has no end', 'close it with }');
}

/** Rows of the table; each ends with a semicolon. */
function rowsOf(source: Text, from: number, to: number): Piece[][] {
  const rows: Piece[][] = [];
  let start = from;
  for (let i = from; i <= to; i++) {
    if (i < to && source.text[i] !== ';') continue;
    const row: Piece[] = [];
    let cell = start;
    for (let j = start; j <= i; j++) {
      if (j < i && source.text[j] !== '|') continue;
      row.push(piece(source.text, cell, j));
      cell = j + 1;
    }
    if (i < to || row.some(({ text }) => text !== '')) rows.push(row);
    start = i + 1;
  }
  return rows;
}

/** Divide a text. */
export function sectionsOf(source: Text): Sections {
  const { text } = source;
  const open = text.indexOf('{');
  const head = /^\s*(\S+)[ \t]+(\S+)[^\n]*\n?/.exec(text);
  if (head === null || open < 0) {
    throw source.error(0, 'not a litmus test', 'the first line is `ISA NAME`, then the initial state in { }');
  }
  const close = closing(source, open);
  const rest = text.slice(close + 1);
  const asked = ASKED.exec(rest);
  const end = close + 1 + (asked?.index ?? rest.length);
  const [headings = [], ...rows] = rowsOf(source, close + 1, end);
  if (headings[0] === undefined || !/^P\d+/.test(headings[0].text)) {
    throw source.error(headings[0]?.at ?? close, 'no heading of threads', 'write P0 | P1 ; above the code');
  }
  for (const row of rows) {
    const extra = row[headings.length];
    if (extra !== undefined && extra.text !== '') {
      throw source.error(extra.at, `a row has more columns than there are threads (${headings.length})`);
    }
  }
  const columns = headings.map((heading, i) => ({
    heading,
    cells: rows.flatMap((row) => (row[i] !== undefined && row[i].text !== '' ? [row[i]] : [])),
  }));
  const nameEnd = head.index + head[0].length;
  return {
    isa: piece(text, head.index, head.index + head[0].indexOf(head[2] ?? '')),
    name: head[2] ?? '',
    header: text.slice(nameEnd, Math.max(nameEnd, open)),
    initial: piece(text, open + 1, close),
    columns,
    asked: piece(text, end, text.length),
  };
}
