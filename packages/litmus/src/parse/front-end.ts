/** What the front end of an instruction set must bring, and how its code is read. */
import { type Branch, codeAddress, type Instruction, type Register } from '../program/instruction.js';
import type { Symbols } from '../program/symbols.js';
import type { RegisterFile, RegisterNames } from './registers.js';
import { type Piece, splitOutside, type Text } from './text.js';

/** A jump to a label that is not yet resolved. */
export type Jump = Omit<Branch, 'to'> & { readonly label: Piece };

/** The address of a label, to a register. */
export interface AddressOf {
  readonly kind: 'adr';
  readonly at: number;
  readonly rd: Register;
  readonly label: Piece;
}

export type Draft = Instruction | Jump | AddressOf;

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
export interface Code {
  readonly code: readonly (Instruction | undefined)[];
  readonly labels: ReadonlyMap<string, number>;
  /** The instruction that each line begins with. */
  readonly lines: readonly number[];
  /** Where the handler begins; null without one. */
  readonly handler: number | null;
}

/** Reads lines one after another. */
class CodeReader {
  readonly drafts: (Draft | undefined)[] = [];
  readonly labels = new Map<string, number>();
  readonly lines: number[] = [];

  constructor(
    readonly source: Text,
    readonly registers: RegisterFile,
    readonly frontEnd: FrontEnd,
    readonly thread: number,
  ) {}

  add(cells: readonly Piece[]): void {
    for (const cell of cells) {
      let { text, at } = cell;
      for (let label = /^(\w+)\s*:\s*/.exec(text); label !== null; label = /^(\w+)\s*:\s*/.exec(text)) {
        this.labels.set(label[1] ?? '', this.drafts.length);
        text = text.slice(label[0].length);
        at += label[0].length;
      }
      if (text === '') continue;
      this.lines.push(this.drafts.length);
      this.drafts.push(...this.frontEnd.read(lineOf(this.source, this.registers, { text, at })));
    }
  }

  /** The code address of a label. */
  addressOf(place: number): bigint {
    const line = this.lines.findIndex((start) => start >= place);
    return codeAddress(this.thread, line < 0 ? this.lines.length : line);
  }

  /** Labels become places. */
  resolved(): (Instruction | undefined)[] {
    return this.drafts.map((draft) => {
      if (draft === undefined || !('label' in draft)) return draft;
      const { label, ...rest } = draft;
      const to = this.labels.get(label.text);
      if (to === undefined)
        throw this.source.error(label.at, `there is no label \`${label.text}\` in this thread`);
      if (rest.kind === 'branch') return { ...rest, to };
      const address = this.addressOf(to);
      return { kind: 'alu', at: rest.at, rd: rest.rd, rs: [], compute: () => address };
    });
  }
}

/** Read the code of one thread, and of its handler. */
export function readCode(
  source: Text,
  registers: RegisterFile,
  cells: readonly Piece[],
  handler: readonly Piece[] | null,
  frontEnd: FrontEnd,
  thread: number,
  symbols: Symbols,
): Code {
  const reader = new CodeReader(source, registers, frontEnd, thread);
  reader.add(cells);
  const { drafts, lines, labels } = reader;
  // A jump to the end, and a return behind the last line, lead to the gap.
  lines.push(drafts.length);
  const start = handler === null ? null : drafts.push(undefined);
  if (handler !== null) reader.add(handler);
  for (const [label, place] of labels) symbols.label(`P${thread}:${label}`, reader.addressOf(place));
  return { code: reader.resolved(), labels, lines, handler: start };
}
