/** What the front end of an instruction set must bring, and how its code is read. */
import type { Branch, Instruction } from '../program/instruction.js';
import type { RegisterFile, RegisterNames } from './registers.js';
import { type Piece, splitOutside, type Text } from './text.js';

/** A jump to a label that is not yet resolved. */
export type Jump = Omit<Branch, 'to'> & { readonly label: Piece };

export type Draft = Instruction | Jump;

/** One line of code: the mnemonic in capitals, and what stands behind it. */
export interface Line {
  readonly source: Text;
  readonly registers: RegisterFile;
  readonly at: number;
  readonly text: string;
  readonly mnemonic: string;
  readonly operands: readonly Piece[];
}

export interface FrontEnd extends RegisterNames {
  /** The instructions of a line; throws with its place if it is none that is known. */
  read(line: Line): readonly Draft[];
}

/** Divide a cell without label. */
export function lineOf(source: Text, registers: RegisterFile, { text, at }: Piece): Line {
  const [word = ''] = /^\S+/.exec(text) ?? [];
  const rest = { text: text.slice(word.length), at: at + word.length };
  const operands = splitOutside(rest, ',');
  return { source, registers, at, text, mnemonic: word.toUpperCase(), operands };
}

/** An instruction or a form of it that is not there. */
export const unknown = ({ source, at, text }: Line, what = 'is outside the subset'): Error =>
  source.error(at, `\`${text}\` ${what}`, 'docs/litmus.md lists what is understood');

/** The code of one thread, labels resolved. */
export function readCode(
  source: Text,
  registers: RegisterFile,
  cells: readonly Piece[],
  frontEnd: FrontEnd,
): { code: Instruction[]; labels: Map<string, number> } {
  const labels = new Map<string, number>();
  const drafts: Draft[] = [];
  for (const cell of cells) {
    let { text, at } = cell;
    for (let label = /^(\w+)\s*:\s*/.exec(text); label !== null; label = /^(\w+)\s*:\s*/.exec(text)) {
      labels.set(label[1] ?? '', drafts.length);
      text = text.slice(label[0].length);
      at += label[0].length;
    }
    if (text !== '') drafts.push(...frontEnd.read(lineOf(source, registers, { text, at })));
  }
  const code = drafts.map((draft): Instruction => {
    if (!('label' in draft)) return draft;
    const { label, ...branch } = draft;
    const to = labels.get(label.text);
    if (to === undefined) throw source.error(label.at, `there is no label \`${label.text}\` in this thread`);
    return { ...branch, to };
  });
  return { code, labels };
}
