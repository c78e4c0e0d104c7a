/** Calls: built-in names, functions of the text, macros of the text, and names of the kernel. */
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import { elsewhere } from '../names/elsewhere.js';
import type { Helper } from '../names/helper.js';
import { KINDS } from '../names/kinds.js';
import { isList } from '../names/lists.js';
import { KEEPS_NOTHING } from '../names/waits.js';
import { kids } from '../parse/unit.js';
import { FunctionRef, LocalRef, type Value } from '../run/objects.js';
import { type CType, T } from '../types/ctype.js';
import { type Argument, argumentsOf } from './arguments.js';
import { builtin } from './builtin.js';
import { type Code, constant, type Ex, list, map, pure, stepping, value } from './code.js';
import { at, type Compiled, type Cx, refuse, unknownName } from './context.js';
import { converted } from './convert.js';
import { castTo, typeInParentheses } from './expression.js';
import { expand } from './macro.js';

const ex = (type: CType, code: Code): Ex => ({ type, code });

/** Compile a call. */
export function compileCall(cx: Cx, n: Node): Ex {
  const callee = n.childForFieldName('function') ?? n;
  const args = argumentsOf(n);
  // `(u8)(x)` is read as a call as long as the type is not known.
  const type = typeInParentheses(cx, callee);
  const last = args.at(-1)?.node;
  if (type !== undefined && last !== undefined) return castTo(cx, type, last);
  if (callee.type !== 'identifier') {
    const inner = callee.type === 'parenthesized_expression' ? (kids(callee)[0] ?? callee) : callee;
    return throughPointer(cx, n, cx.expr(inner), args);
  }
  const name = callee.text;
  const { program } = cx;
  if (cx.scope.find(name) !== undefined) return throughPointer(cx, n, cx.expr(callee), args);
  if (program.fromText(name)) return ofText(cx, n, program.compiled(name), args);
  const macro = program.macro(name);
  const known = program.names.helpers.get(name);
  const first = program.tableFirst(name);
  const early = first ? builtin(cx, n, name, args) : null;
  if (early !== null) return early;
  const own = !first && known?.floor !== undefined && isList(name, args);
  if (macro !== undefined && (known === undefined || own)) {
    if (KEEPS_NOTHING.has(name)) program.silent.add(name);
    return expand(cx, n, macro, args);
  }
  const made = first ? null : builtin(cx, n, name, args);
  if (made !== null) return made;
  if (known !== undefined && known.floor !== 'no effect' && known.type.k === 'void')
    refuseNoValue(cx, n, name);
  if (known !== undefined) return ofKernel(cx, n, known, args);
  const other = first || program.unknown !== null ? null : elsewhere(name);
  if (other !== null) throw refuse(cx, n, other.what, other.hint);
  for (const { node } of args) if (node !== undefined) cx.expr(node);
  if (/^(asm|__asm__|__builtin_)/.test(name))
    throw refuse(cx, n, name, 'give the function a body in C: stub NAME { … }');
  unknownName(cx, n, `nothing is called ${name}()`, name);
  return ex(T.any, constant(0n));
}

/** A call that gives nothing, where a value is wanted. */
function refuseNoValue(cx: Cx, n: Node, name: string): void {
  const wanted = /^(init_declarator|assignment_expression|binary_expression|unary_expression|argument_list)$/;
  if (!wanted.test(n.parent?.type ?? '') || cx.program.tableFirst(name)) return;
  throw refuse(cx, n, `${name}() returns nothing`, 'call it in a statement of its own');
}

const nodesOf = (cx: Cx, n: Node, name: string, args: readonly Argument[]): Node[] =>
  args.map(({ node, text }) => {
    if (node === undefined)
      throw refuse(cx, n, `cannot read the argument '${text}' of ${name}`, 'write an expression');
    return node;
  });

function throughPointer(cx: Cx, n: Node, callee: Ex, args: readonly Argument[]): Ex {
  const type = callee.type.k === 'ptr' ? callee.type.to : callee.type;
  const values = list(nodesOf(cx, n, 'a function', args).map((a) => cx.expr(a).code));
  const where = at(cx, n);
  return ex(
    type.k === 'func' ? type.returns : T.any,
    stepping(function* (f): Step<Value> {
      const target = yield* value(callee.code, f);
      const given = yield* value(values, f);
      f.th.at = where;
      if (!(target instanceof FunctionRef)) throw f.th.error('a call through what is no function');
      const call = target.call ?? ((args) => cx.program.compiled(target.name).call(f.th, args));
      return yield* call(given);
    }),
  );
}

function ofText(cx: Cx, n: Node, compiled: Compiled, args: readonly Argument[]): Ex {
  const { name, params, returns, variadic } = compiled;
  if (!variadic && args.length !== params.length) {
    const want = `${name}() takes ${params.length} arguments, not ${args.length}`;
    throw refuse(cx, n, want, 'give as many as its definition has');
  }
  const nodes = nodesOf(cx, n, name, args);
  const values = list(nodes.map((a, i) => converted(cx.expr(a), params[i] ?? T.any)));
  return ex(
    returns,
    stepping(function* (f): Step<Value> {
      const given = yield* value(values, f);
      return yield* compiled.call(f.th, given);
    }),
  );
}

/** What of an argument of a name without effect may have one itself: not a plain name, which nobody may know. */
const ofSilent = (cx: Cx, node: Node | undefined): Node[] =>
  node === undefined || (node.type === 'identifier' && cx.scope.find(node.text) === undefined) ? [] : [node];

function ofKernel(cx: Cx, n: Node, helper: Helper, args: readonly Argument[]): Ex {
  const { name, args: kinds, type } = helper;
  if (helper.floor === 'no effect') cx.program.silent.add(name);
  if (kinds !== null && kinds.length !== args.length) {
    const want = `${name}(${kinds.join(', ')}) takes ${kinds.length} arguments, not ${args.length}`;
    throw refuse(cx, n, want, 'give as many as the kernel has');
  }
  const nodes =
    helper.floor === 'no effect'
      ? args.flatMap(({ node }) => ofSilent(cx, node))
      : nodesOf(cx, n, name, args);
  const values = list(nodes.map((a, i) => argument(cx, a, name, kinds?.[i])));
  const where = at(cx, n);
  const { pure, steps, transparent } = helper;
  if (pure !== null && transparent)
    return ex(
      type,
      map(values, (given, f) => {
        f.th.at = where;
        return pure(f.th, given);
      }),
    );
  return ex(
    type,
    stepping(function* (f): Step<Value> {
      const given = yield* value(values, f);
      f.th.at = where;
      if (!transparent) f.th.barriers++;
      return pure === null && steps !== null ? yield* steps(f.th, given) : (pure?.(f.th, given) ?? 0n);
    }),
  );
}

/** Whether an argument is plainly of another type than the kernel's function takes. */
function isOther(n: Node, given: CType, want: CType, kind: string): boolean {
  if (kind === 'any' || kind === '_' || given.k === 'any' || want.k === 'any') return false;
  if (given.k === 'pte') return want.k === 'ptr' || want.k === 'int';
  if (given.k === 'int') return want.k === 'ptr' && n.text !== '0';
  if (given.k !== 'ptr' || want.k !== 'ptr') return given.k === 'ptr' && want.k === 'pte';
  const [a, b] = [given.to, want.to];
  if (a.k === 'any' || b.k === 'any' || kind === 'lock' || kind === 'word') return false;
  return a.k !== b.k || (a.k === 'struct' && b.k === 'struct' && a.tag !== b.tag);
}

/** `&tlb` of a local: what begins to gather puts the machine's there. */
function gatherOf(cx: Cx, n: Node): Code | null {
  const operand = n.type === 'pointer_expression' ? n.childForFieldName('argument') : null;
  const local = operand?.type === 'identifier' ? cx.scope.find(operand.text) : undefined;
  if (local?.type.k !== 'struct' || local.type.tag !== 'mmu_gather') return null;
  return pure((f) => new LocalRef(f, local.slot));
}

/** An argument of a kind; what is plainly of another type is refused. */
function argument(cx: Cx, n: Node, name: string, kind = 'any'): Code {
  const gather = name.startsWith('tlb_gather_mmu') ? gatherOf(cx, n) : null;
  if (gather !== null) return gather;
  const given = cx.expr(n);
  const want = KINDS[kind]?.type ?? T.any;
  if (isOther(n, given.type, want, kind))
    throw refuse(
      cx,
      n,
      `${name}() wants ${kind} here, and '${n.text}' is something else`,
      'correct the argument',
    );
  return kind === 'pte' || kind === 'bool' ? converted(given, want) : given.code;
}
