/** Texts that are compiled together, function by function, each when it is first needed. */
import { nearest, type RacewalkError } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import { NAMES, type Names } from '../names/index.js';
import { waitOf } from '../names/waits.js';
import { errorAt, placeOf } from '../parse/error.js';
import { syntaxError } from '../parse/syntax.js';
import type { CFunction, Guard, Macro, Unit } from '../parse/unit.js';
import { kids } from '../parse/unit.js';
import type { Frame } from '../run/frame.js';
import { type How, Memory } from '../run/memory.js';
import type { Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { type CType, pointer } from '../types/ctype.js';
import { Types } from '../types/declare.js';
import { compileCall } from './call.js';
import type { Code, Ex } from './code.js';
import type { Compiled, Cx, PlaceEx, ProgramText } from './context.js';
import { compileExpression } from './expression.js';
import { compileInitial } from './initial.js';
import { compilePlace } from './place.js';
import { holds } from './preproc.js';
import { Scope } from './scope.js';
import { compileBlock, compileStatement } from './statement.js';
import type { Stmt } from './statement-code.js';

/** How texts are compiled. */
export interface ProgramOptions {
  /** Shared variables by name. */
  readonly globals?: ReadonlyMap<string, CType>;
  /** CONFIG symbols that are on; all others are off. */
  readonly config?: Iterable<string>;
  /** Functions whose text counts although the machine has the name; null: all of the text. */
  readonly touched?: ReadonlySet<string> | null;
  /** Count names that nothing answers to, instead of refusing them. */
  readonly collect?: boolean;
  /** Whether the compiler may repeat plain loads. Default true. */
  readonly repeats?: boolean;
  /** Compile the body of this function only: of all others what they take and return is enough. */
  readonly only?: string;
}

/** Calls that may be open at a time: the kernel's stack is small, and recursion has no end here. */
const DEPTH = 60;

/** Compiled texts. */
export class Program implements ProgramText {
  readonly types: Types;
  readonly names: Names = NAMES;
  readonly memory = new Memory(NAMES.fields);
  readonly functions = new Map<string, CFunction>();
  readonly globals: ReadonlyMap<string, CType>;
  readonly config: ReadonlySet<string>;
  readonly off = new Set<string>();
  readonly silent = new Set<string>();
  readonly unknown: Set<string> | null;
  readonly repeats: boolean;
  readonly #compiled = new Map<string, Compiled>();
  readonly #touched: ReadonlySet<string> | null;
  readonly #only: string | null;
  readonly #macros = new Map<string, Macro | undefined>();
  readonly #double = new Map<string, CFunction>();

  constructor(
    readonly units: readonly Unit[],
    {
      globals = new Map(),
      config = [],
      touched = null,
      collect = false,
      repeats = true,
      only,
    }: ProgramOptions = {},
  ) {
    this.types = new Types(units, touched !== null, (tag) => NAMES.fields.has(tag));
    this.globals = globals;
    this.config = new Set(config);
    this.unknown = collect ? new Set() : null;
    this.repeats = repeats;
    this.#only = only ?? null;
    this.#touched = touched;
    for (const unit of units)
      for (const name of unit.functions.keys()) {
        const f = this.functions.has(name) ? null : this.#chosen(unit, name);
        if (f !== null) this.functions.set(name, f);
      }
  }

  /**
   * Of several bodies of one name the one whose `#if` holds; the first, if that is not known of any. Null if another text
   * has what stands behind `#ifndef`: then the function is one that an architecture brings itself.
   */
  #chosen({ functions, doubles }: Unit, name: string): CFunction | null {
    const all = [functions.get(name) as CFunction, ...(doubles.get(name) ?? [])].filter(
      // Headers of the kernel may have it in a branch that is not taken, and only declare it in the other; where names are counted, all are looked at.
      (f) =>
        !this.#isElsewhere(f) && (this.#touched === null || this.unknown !== null || !this.#isOff(f.unit, f)),
    );
    if (all.length < 2) return all[0] ?? null;
    const holding = all.filter((f) =>
      f.guards.every((g) => holds(g.test, (symbol) => this.#isOn(symbol, f, g)) === g.holds),
    );
    const [only, second] = holding;
    if (second !== undefined) this.#double.set(name, second);
    return only ?? all[0] ?? null;
  }

  /** Whether a symbol is defined where a conditional stands: by another text, or above it in the same. */
  #isOn(symbol: string, { unit }: { readonly unit: Unit }, { start }: Guard): boolean {
    if (this.config.has(symbol) || symbol === '__KERNEL__') return true;
    const own = unit.macros.get(symbol);
    const above = own !== undefined && own.node.startIndex < start && !this.#isOff(unit, own);
    return above || this.#others(unit, symbol);
  }

  #others(unit: Unit, symbol: string): boolean {
    return this.units.some((other) => other !== unit && other.macros.has(symbol));
  }

  #isElsewhere({ unit, guards }: CFunction): boolean {
    return guards.some(({ test, holds: wanted }) => {
      const [, not = '', symbol = ''] = /^(!?)defined\((\w+)\)$/.exec(test) ?? [];
      return (not === '!') === wanted && !symbol.startsWith('CONFIG_') && this.#others(unit, symbol);
    });
  }

  /** A second body of the same name under the same conditions. */
  readonly doubleOf = (name: string): CFunction | undefined => this.#double.get(name);

  readonly fromText = (name: string): boolean =>
    this.functions.has(name) &&
    (this.#touched === null || this.#touched.has(name) || !this.names.helpers.has(name));

  readonly tableFirst = (name: string): boolean => this.#touched !== null && !this.#touched.has(name);

  readonly macro = (name: string): Macro | undefined => {
    if (this.#macros.has(name)) return this.#macros.get(name);
    const found =
      this.units
        .flatMap((unit) => {
          const macro = unit.macros.get(name);
          return macro === undefined ? [] : [{ unit, macro }];
        })
        .find(({ unit, macro }) => !this.#isOff(unit, macro))?.macro ?? waitOf(name);
    this.#macros.set(name, found);
    return found;
  };

  /** Whether a definition stands in a branch that is not taken. */
  #isOff(unit: Unit, { guards }: { readonly guards: readonly Guard[] }): boolean {
    return guards.some((g) => holds(g.test, (symbol) => this.#isOn(symbol, { unit }, g)) === !g.holds);
  }

  /** A function, compiled; throws where it cannot be. */
  readonly compiled = (name: string): Compiled => {
    let found = this.#compiled.get(name);
    if (found === undefined) {
      const f = this.functions.get(name);
      if (f === undefined) throw this.#noFunction(name);
      try {
        const whole = this.#only === null || this.#only === name;
        found = compileFunction(this, f, (made) => this.#compiled.set(name, made), whole);
      } catch (error) {
        this.#compiled.delete(name);
        throw error;
      }
    }
    return found;
  };

  #noFunction(name: string): RacewalkError {
    const near = nearest(name, [...this.functions.keys()]);
    const [unit] = this.units;
    const place = { file: unit?.file ?? 'C', line: 1, column: 1 };
    return errorAt(place, `no function ${name}`, near === null ? 'give its text' : `did you mean ${near}?`);
  }
}

class Compiler implements Cx {
  constructor(
    readonly program: ProgramText,
    readonly unit: Unit,
    readonly fn: string,
    readonly returns: CType,
    readonly scope: Scope,
  ) {}

  expr(n: Node): Ex {
    return compileExpression(this, n);
  }
  place(n: Node, how?: How): PlaceEx {
    return compilePlace(this, n, how);
  }
  call(n: Node): Ex {
    return compileCall(this, n);
  }
  statement(n: Node): Stmt {
    return compileStatement(this, n);
  }
  block(nodes: readonly Node[]): Stmt {
    return compileBlock(this, nodes);
  }
  initial(type: CType, list: Node | null, name: string): Code {
    return compileInitial(this, type, list, name);
  }
  piece(unit: Unit): Cx {
    return new Compiler(this.program, unit, this.fn, this.returns, this.scope);
  }
}

/** What a function returns. */
function returnsOf(types: Types, { node, declarator }: CFunction): CType {
  const base = types.ofDeclaration(node);
  return declarator.parent?.type === 'pointer_declarator' ? pointer(base) : base;
}

/** Compile a function. `early` is given it before its body is compiled, so that it may call itself. */
function compileFunction(
  program: Program,
  f: CFunction,
  early: (made: Compiled) => void,
  whole: boolean,
): Compiled {
  const { unit, name } = f;
  const broken = syntaxError(unit, f.node);
  if (broken !== null && whole) throw broken;
  const twice = program.doubleOf(name);
  if (twice !== undefined) {
    const hint = 'leave one of the two, or give the CONFIG symbol that decides with --config';
    throw errorAt(placeOf(unit, twice.node), `a second function ${name}`, hint);
  }
  const { types } = program;
  const scope = new Scope();
  const declared = f.parameters.map((p) =>
    types.declared(p.childForFieldName('declarator'), types.ofDeclaration(p)),
  );
  const real = declared.filter((d) => d.name !== '' || d.type.k !== 'void');
  const params = real.map(({ type }) => (type.k === 'array' ? pointer(type.of) : type));
  for (const [i, d] of real.entries()) scope.declare(d.name, params[i] ?? d.type);
  const returns = returnsOf(types, f);
  const cx = new Compiler(program, unit, name, returns, scope);
  let body: Stmt | null = null;
  const made: Compiled = {
    name,
    params,
    variadic: /\.\.\.\s*\)$/.test(f.declarator.text),
    returns,
    slotOf: (local) => scope.all.find((l) => l.name === local),
    *call(th, args, atEnd): Step<Value> {
      if (++th.depth > DEPTH) {
        th.at ??= placeOf(unit, f.node);
        throw th.error(`${name}() calls itself without end`, 'recursion is not followed');
      }
      const before = th.at;
      const frame: Frame = { th, v: [...args], src: [], ret: 0n, label: '' };
      if (body === null) throw th.error(`${name}() could not be compiled`);
      yield* body.run(frame);
      if (atEnd !== undefined) yield* atEnd(frame.v);
      th.depth--;
      th.at = before;
      return frame.ret;
    },
  };
  early(made);
  if (whole) body = cx.block(kids(f.body));
  return made;
}

/** Run a call as steps of an agent: each says where in the text it is. */
export const runCall = (
  th: Thread,
  compiled: Compiled,
  args: readonly Value[],
  atEnd?: (locals: readonly Value[]) => Step<void>,
): Step<Value> => th.watch(compiled.call(th, args, atEnd));
