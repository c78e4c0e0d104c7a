/** What the parts of the compiler share. */
import type { RacewalkError } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import type { Names } from '../names/index.js';
import { errorAt, type Place, placeOf } from '../parse/error.js';
import type { CFunction, Unit } from '../parse/unit.js';
import type { How, Memory } from '../run/memory.js';
import type { Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import type { CType } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import type { Code, Ex } from './code.js';
import type { Scope } from './scope.js';
import type { Stmt } from './statement-code.js';

/** Where a value can be stored. */
export interface PlaceEx {
  readonly type: CType;
  /** The slot of a local; null for all else. */
  readonly slot: number | null;
  /** The pointer to it; null where it has none. */
  readonly address: Code | null;
  readonly how: How;
  readonly at: Place;
  readonly repeated: boolean;
  /** A value that is no place, such as the result of a call. */
  readonly value: Code | null;
}

/** A function that was compiled. */
export interface Compiled {
  readonly name: string;
  readonly params: readonly CType[];
  /** Takes any number of arguments: `...`. */
  readonly variadic: boolean;
  readonly returns: CType;
  /** Last values of locals, by name: for conditions on the end of a race. */
  readonly slotOf: (name: string) => { slot: number; type: CType } | undefined;
  readonly call: (
    th: Thread,
    args: readonly Value[],
    atEnd?: (locals: readonly Value[]) => Step<void>,
  ) => Step<Value>;
}

/** The whole of the texts that are compiled together. */
export interface ProgramText {
  readonly types: Types;
  readonly names: Names;
  readonly memory: Memory;
  readonly units: readonly Unit[];
  /** Shared variables by name. */
  readonly globals: ReadonlyMap<string, CType>;
  /** CONFIG symbols that are on. */
  readonly config: ReadonlySet<string>;
  /** CONFIG symbols that were asked for and taken as off. */
  readonly off: Set<string>;
  /** Names without effect that were used. */
  readonly silent: Set<string>;
  /** Names that nothing answers to, where they are only counted; null where they are errors. */
  readonly unknown: Set<string> | null;
  readonly functions: ReadonlyMap<string, CFunction>;
  /** Whether a call of the name goes to the text rather than to the machine. */
  readonly fromText: (name: string) => boolean;
  readonly compiled: (name: string) => Compiled;
  readonly macro: (name: string) => ReturnType<Unit['macros']['get']>;
  readonly repeats: boolean;
  /** Whether the machine's name counts rather than a macro of the texts: these are headers of the kernel. */
  readonly tableFirst: (name: string) => boolean;
}

/** The compiler at work on one function. */
export interface Cx {
  readonly program: ProgramText;
  readonly unit: Unit;
  readonly fn: string;
  readonly returns: CType;
  readonly scope: Scope;
  expr(n: Node): Ex;
  place(n: Node, how?: How): PlaceEx;
  call(n: Node): Ex;
  statement(n: Node): Stmt;
  block(nodes: readonly Node[]): Stmt;
  initial(type: CType, list: Node | null, name: string): Code;
  /** The same compiler for a piece of text that a macro stands for. */
  piece(unit: Unit): Cx;
}

export const at = (cx: Cx, n: Node): Place => placeOf(cx.unit, n);

/** A refusal: what cannot be followed, and what to do instead. */
export const refuse = (cx: Cx, n: Node, what: string, hint: string): RacewalkError =>
  errorAt(at(cx, n), `${what} (in ${cx.fn})`, hint);

/** A name that nothing answers to: an error, or counted. */
export function unknownName(cx: Cx, n: Node, what: string, name: string): void {
  const { unknown, names } = cx.program;
  if (unknown !== null) {
    unknown.add(name);
    return;
  }
  const near = names.nearest(name);
  const meant = near === null ? '' : `did you mean ${near}? `;
  const way = cx.program.tableFirst(name)
    ? 'no file of the tree that is read has it'
    : `give it a body in the race: stub ${name} { … }, or its file with --tree`;
  throw refuse(cx, n, what, meant + way);
}
