/** Macros of the text: the body with its arguments put in, compiled where it is used. */
import type { Node } from 'web-tree-sitter';
import { syntaxError } from '../parse/syntax.js';
import { kids, type Macro, parseUnit } from '../parse/unit.js';
import { T } from '../types/ctype.js';
import type { Argument } from './arguments.js';
import { constant, type Ex, stepping, value } from './code.js';
import { at, type Cx, refuse } from './context.js';

/** What needs no parentheses: a word, and the name of a type. */
const ALONE = /^(?:(?:struct|enum) )?\w+$|^typeof\([^()]*\)$/;

const isStatement = (body: string): boolean => /^do\b|^\{|;\s*$/.test(body);

/** The call of a function-like macro, or the use of an object-like one. */
export function expand(cx: Cx, n: Node, macro: Macro, args: readonly Argument[] = []): Ex {
  const { name, params, body } = macro;
  if (params !== null && params.length !== args.length && !params.includes('...'))
    throw refuse(cx, n, `macro ${name} takes ${params.length} arguments, not ${args.length}`, 'give as many');
  // What stands in a typeof has a name of the text it stands in.
  const written = (text: string): string =>
    text.replace(/\b__t\d+_+\b/g, (word) => {
      const of = cx.unit.typeofs.get(word);
      return of === undefined ? word : `typeof(${of})`;
    });
  const given = new Map((params ?? []).map((p, i) => [p, written(args[i]?.text ?? '')]));
  const text = body.replace(/\b[A-Za-z_]\w*\b/g, (word) => {
    const replaced = given.get(word);
    return replaced === undefined ? word : ALONE.test(replaced) ? replaced : `(${replaced})`;
  });
  return compiled(cx, n, name, pasted(text));
}

/** `#x` is the text of x, and `a##b` one word. */
const pasted = (text: string): string =>
  text.replace(/\s*##\s*/g, '').replace(/#\s*(\w+|\([^()]*\))/g, (_, x: string) => JSON.stringify(x));

function compiled(cx: Cx, n: Node, name: string, text: string): Ex {
  const { line } = at(cx, n);
  const statement = isStatement(text);
  const source = statement
    ? `void m(void) { ${text}${/;\s*$/.test(text) ? '' : ';'} }`
    : `int m(void) { return (${text}); }`;
  const { file } = at(cx, n);
  const unit = parseUnit(source, file, () => line);
  const inner = unit.functions.get('m')?.body;
  const first = inner === undefined ? undefined : kids(inner)[0];
  if (inner === undefined || first === undefined || syntaxError(unit, inner) !== null) {
    const declared = statement ? null : declaration(cx, file, line, text);
    if (declared !== null) return declared;
    throw refuse(cx, n, `macro ${name} is no expression and no statement`, 'write out what it stands for');
  }
  const piece = cx.piece(unit);
  if (!statement) return piece.expr(kids(first)[0] ?? first);
  const code = piece.scope.inside(() => piece.block(kids(inner)));
  return {
    type: T.void,
    code: stepping(function* (f) {
      yield* code.run(f);
      return yield* value(constant(0n), f);
    }),
  };
}

/** A macro that declares a variable: what follows sees it. */
function declaration(cx: Cx, file: string, line: number, text: string): Ex | null {
  const unit = parseUnit(`void m(void) { ${text}; }`, file, () => line);
  const inner = unit.functions.get('m')?.body;
  const first = inner === undefined ? undefined : kids(inner)[0];
  if (inner === undefined || first?.type !== 'declaration' || syntaxError(unit, inner) !== null) return null;
  const code = cx.piece(unit).statement(first);
  return {
    type: T.void,
    code: stepping(function* (f) {
      yield* code.run(f);
      return 0n;
    }),
  };
}
