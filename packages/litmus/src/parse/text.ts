/** The text of a test, with places for messages. */
import { RacewalkError } from '@racewalk/core';

/** A file and what stands in it; comments are blank, so that offsets stay what they are. */
export class Text {
  readonly file: string;
  readonly text: string;

  constructor(text: string, file: string) {
    this.file = file;
    this.text = blankComments(text);
  }

  /** `FILE:LINE:COLUMN` of an offset. */
  place(at: number): string {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    return `${this.file}:${line}:${at - (before.lastIndexOf('\n') + 1) + 1}`;
  }

  /** An error at an offset, with what to do about it. */
  error(at: number, message: string, hint?: string): RacewalkError {
    return new RacewalkError('RACEWALK_LITMUS', `${this.place(at)}: ${message}`, hint ? { hint } : {});
  }
}

/** Comments are `(* … *)`, one within another; what is not a line feed becomes a space. */
function blankComments(text: string): string {
  const blank: [from: number, to: number][] = [];
  const open: number[] = [];
  for (const { 0: mark, index } of text.matchAll(/\(\*|\*\)/g)) {
    if (mark === '(*') open.push(index);
    else {
      const from = open.pop();
      if (from !== undefined && open.length === 0) blank.push([from, index + 2]);
    }
  }
  return blank.reduce(
    (kept, [from, to]) => kept.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, ' ') + kept.slice(to),
    text,
  );
}

/** A piece of the text, without space around it. */
export interface Piece {
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
}

/** `text.slice(from, to)` without space around it. */
export function piece(text: string, from: number, to: number): Piece {
  const raw = text.slice(from, to);
  const left = raw.length - raw.trimStart().length;
  return { text: raw.trim(), at: from + left };
}

/** Split where a character stands outside of all brackets; pieces that are empty are left out. */
export function splitOutside(from: Piece, separator: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let start = 0;
  const { text, at } = from;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c !== undefined && '([{'.includes(c)) depth++;
    if (c !== undefined && ')]}'.includes(c)) depth--;
    if (c !== undefined && (c !== separator || depth > 0)) continue;
    const one = piece(text, start, i);
    if (one.text !== '') pieces.push({ text: one.text, at: at + one.at });
    start = i + 1;
  }
  return pieces;
}
