/** Expressions. */
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import type { Constant } from '../names/constants.js';
import { kids } from '../parse/unit.js';
import type { Frame } from '../run/frame.js';
import { convert, integer, truth } from '../run/numbers.js';
import { FunctionRef, LocalRef, pointedTo, type Value } from '../run/objects.js';
import { order, same } from '../run/pointers.js';
import { type CType, type IntType, pointer, promote, T, usual, wrap } from '../types/ctype.js';
import { arithmetic, COMPARE } from './arithmetic.js';
import { refuseVariable } from './cast-of-variable.js';
import { type Code, constant, type Ex, map, map2, pure, stepping, value } from './code.js';
import { type Cx, type PlaceEx, refuse, unknownName } from './context.js';
import { converted } from './convert.js';
import { charOf, literal } from './literal.js';
import { expand } from './macro.js';
import { addressOf, load, store } from './place.js';
import { castType } from './typeof.js';

const ex = (type: CType, code: Code): Ex => ({ type, code });
const flag = (code: Code<boolean>): Ex =>
  ex(
    T.int,
    map(code, (b) => (b ? 1n : 0n)),
  );
const child = (n: Node, name: string): Node => n.childForFieldName(name) ?? n;

/** Whether an expression is true. */
export const condition = (cx: Cx, n: Node): Code<boolean> => map(cx.expr(n).code, truth);

/** Compile an expression. */
export function compileExpression(cx: Cx, n: Node): Ex {
  switch (n.type) {
    case 'parenthesized_expression': {
      const inner = kids(n)[0];
      if (inner === undefined) throw refuse(cx, n, 'an empty pair of parentheses', 'write an expression');
      return inner.type === 'compound_statement' ? statementExpression(cx, inner) : cx.expr(inner);
    }
    case 'number_literal': {
      const found = literal(n.text);
      if (found === null) throw refuse(cx, n, `${n.text} is no integer`, 'floating point is not followed');
      return ex(found.type, constant(found.value));
    }
    case 'char_literal':
      return ex(T.int, constant(charOf(n.text)));
    case 'string_literal':
    case 'concatenated_string':
      return ex(T.any, constant(n.text));
    case 'null':
      return ex(T.any, constant(null));
    case 'true':
      return ex(T.bool, constant(1n));
    case 'false':
      return ex(T.bool, constant(0n));
    case 'identifier':
      return ofName(cx, n);
    case 'field_expression':
    case 'subscript_expression':
      return ofPlace(cx, cx.place(n));
    case 'pointer_expression':
      return child(n, 'operator').text === '*' ? ofPlace(cx, cx.place(n)) : address(cx, child(n, 'argument'));
    case 'unary_expression':
      return unary(cx, n);
    case 'binary_expression':
      return binary(cx, n);
    case 'conditional_expression':
      return conditional(cx, n);
    case 'assignment_expression':
      return assignment(cx, n);
    case 'update_expression':
      return update(cx, n);
    case 'comma_expression': {
      const [a, b] = [cx.expr(child(n, 'left')), cx.expr(child(n, 'right'))];
      return ex(
        b.type,
        map2(a.code, b.code, (_, y) => y),
      );
    }
    case 'cast_expression':
      refuseVariable(cx, n);
      return castTo(cx, castType(cx, child(n, 'type')), child(n, 'value'));
    case 'compound_literal_expression': {
      const type = cx.program.types.ofDescriptor(child(n, 'type'));
      return ex(type, cx.initial(type, n.childForFieldName('value'), ''));
    }
    case 'call_expression':
      return cx.call(n);
    case 'sizeof_expression':
      return sizeOf(cx, n);
    case 'gnu_asm_expression':
      throw refuse(cx, n, 'assembly', 'give the function a body in C: stub NAME { … }');
    default:
      throw refuse(cx, n, `'${n.type.replace(/_/g, ' ')}' is not read`, 'write it another way');
  }
}

/** The size of numbers, entries, pointers, and arrays of these. */
function sizeOf(cx: Cx, n: Node): Ex {
  const named = n.childForFieldName('type');
  const of = n.childForFieldName('value');
  const plain = of?.type === 'parenthesized_expression' ? kids(of)[0] : of;
  const type =
    named !== null
      ? cx.program.types.ofDescriptor(named)
      : (typeInParentheses(cx, of ?? n) ?? (plain ? cx.place(plain).type : T.any));
  const size = bytesOf(type);
  if (size === null && cx.program.unknown === null)
    throw refuse(cx, n, 'sizeof: the sizes of structs are not modelled', 'write the number');
  if (size === null) cx.program.unknown?.add(n.text);
  return ex(T.ulong, constant(BigInt(size ?? 0)));
}

function bytesOf(type: CType): number | null {
  if (type.k === 'int') return Math.max(1, type.bits / 8);
  if (type.k === 'pte' || type.k === 'ptr' || type.k === 'func') return 8;
  const one = type.k === 'array' && type.size !== null ? bytesOf(type.of) : null;
  return one === null || type.k !== 'array' ? null : one * (type.size ?? 0);
}

/** A cast, or a conversion that is written as one. */
export function castTo(cx: Cx, type: CType, n: Node): Ex {
  const from = cx.expr(n);
  return type.k === 'void' ? ex(type, from.code) : ex(type, converted(from, type));
}

/** `({ … })`: the value of its last expression. */
function statementExpression(cx: Cx, block: Node): Ex {
  return cx.scope.inside(() => {
    const nodes = kids(block);
    const last = nodes.at(-1);
    const before = cx.block(last?.type === 'expression_statement' ? nodes.slice(0, -1) : nodes);
    const inner = last?.type === 'expression_statement' ? kids(last)[0] : undefined;
    const end = inner === undefined ? ex(T.void, constant(0n)) : cx.expr(inner);
    const code = stepping(function* (f): Step<Value> {
      yield* before.run(f);
      return yield* value(end.code, f);
    });
    return ex(end.type, code);
  });
}

const ofPlace = (cx: Cx, place: PlaceEx): Ex => ex(place.type, load(cx, place));

function ofName(cx: Cx, n: Node): Ex {
  const name = n.text;
  const { program } = cx;
  if (cx.scope.find(name) !== undefined || program.globals.has(name)) return ofPlace(cx, cx.place(n));
  const early = program.tableFirst(name) ? program.names.constants.get(name) : undefined;
  if (early !== undefined) return ofConstant(early);
  const macro = program.macro(name);
  if (macro !== undefined && macro.params === null && macro.body !== '') return expand(cx, n, macro);
  if (program.functions.has(name)) {
    const compiled = program.compiled(name);
    const type: CType = { k: 'func', returns: compiled.returns };
    return ex(
      type,
      pure((f) => new FunctionRef(name, (args) => compiled.call(f.th, args))),
    );
  }
  for (const unit of program.units) {
    const enumerator = unit.enums.get(name);
    if (enumerator !== undefined) return enumValue(cx, enumerator);
  }
  const known = program.names.constants.get(name);
  if (known !== undefined) return ofConstant(known);
  if (/^CONFIG_\w+$/.test(name)) {
    program.off.add(name);
    return ex(T.int, constant(program.config.has(name) ? 1n : 0n));
  }
  unknownName(cx, n, `nothing is called ${name}`, name);
  return ex(T.any, constant(0n));
}

const ofConstant = ({ type, of }: Constant): Ex =>
  ex(
    type,
    pure((f) => of(f.th.m)),
  );

/** An enumerator counts on from the one before. */
function enumValue(cx: Cx, n: Node): Ex {
  const value = n.childForFieldName('value');
  if (value !== null) return ex(T.int, cx.expr(value).code);
  const all = n.parent === null ? [] : kids(n.parent);
  const i = all.findIndex((e) => e.id === n.id);
  const before = all[i - 1];
  if (i <= 0 || before === undefined) return ex(T.int, constant(0n));
  return ex(
    T.int,
    map(enumValue(cx, before).code, (v) => (v as bigint) + 1n),
  );
}

function address(cx: Cx, n: Node): Ex {
  const place = cx.place(n);
  if (place.type.k === 'func') return ofPlace(cx, place);
  const code = addressOf(cx, n, place, (slot) => pure((f: Frame) => new LocalRef(f, slot)));
  return ex(pointer(place.type), code);
}

function unary(cx: Cx, n: Node): Ex {
  const op = child(n, 'operator').text;
  const argument = child(n, 'argument');
  if (op === '!') return flag(map(condition(cx, argument), (b) => !b));
  const a = cx.expr(argument);
  const type = a.type.k === 'int' ? promote(a.type) : T.ulong;
  return ex(
    type,
    map(a.code, (v, f) => {
      const x = integer(f.th, v);
      return wrap(op === '-' ? -x : op === '~' ? ~x : x, type);
    }),
  );
}

function binary(cx: Cx, n: Node): Ex {
  const op = child(n, 'operator').text;
  const [l, r] = [child(n, 'left'), child(n, 'right')];
  // `(TYPE) - x` is read as a difference as long as the type is not known.
  const type = typeInParentheses(cx, l);
  if (type !== undefined && (op === '-' || op === '+')) {
    const v = cx.expr(r);
    const t = v.type.k === 'int' ? promote(v.type) : T.ulong;
    const signed: Ex = ex(
      t,
      map(v.code, (x, f) => wrap(op === '-' ? -integer(f.th, x) : integer(f.th, x), t)),
    );
    return ex(type, converted(signed, type));
  }
  if (type !== undefined && op === '&') return castOfAddress(cx, type, r);
  if (op === '&&' || op === '||') return flag(both(op, condition(cx, l), condition(cx, r)));
  const [a, b] = [cx.expr(l), cx.expr(r)];
  if (op === '==' || op === '!=') return flag(map(equal(a, b), (e) => e === (op === '==')));
  const compare = COMPARE[op];
  if (compare === undefined) return arithmetic(cx, n, op, a, b);
  const t = a.type.k === 'int' && b.type.k === 'int' ? usual(a.type, b.type) : null;
  return flag(
    map2(a.code, b.code, (x, y, f) => {
      const [p, q] = t === null ? [x, y] : [wrap(x as bigint, t), wrap(y as bigint, t)];
      return compare(order(f.th, p, q));
    }),
  );
}

function castOfAddress(cx: Cx, type: CType, n: Node): Ex {
  return ex(type, converted(address(cx, n), type));
}

function equal(a: Ex, b: Ex): Code<boolean> {
  const t = a.type.k === 'int' && b.type.k === 'int' ? usual(a.type, b.type) : null;
  if (t !== null) return map2(a.code, b.code, (x, y) => wrap(x as bigint, t) === wrap(y as bigint, t));
  return map2(a.code, b.code, same);
}

function both(op: string, a: Code<boolean>, b: Code<boolean>): Code<boolean> {
  const stop = op === '||';
  if (!a.steps && !b.steps) return pure((f) => (a.run(f) === stop ? stop : b.run(f)));
  return stepping(function* (f) {
    return (yield* value(a, f)) === stop ? stop : yield* value(b, f);
  });
}

function conditional(cx: Cx, n: Node): Ex {
  const test = cx.expr(child(n, 'condition'));
  const middle = n.childForFieldName('consequence');
  const no = cx.expr(child(n, 'alternative'));
  const yes = middle === null ? test : cx.expr(middle);
  const numbers = yes.type.k === 'int' && no.type.k === 'int';
  const type = numbers
    ? usual(yes.type as IntType, no.type as IntType)
    : yes.type.k === 'any'
      ? no.type
      : yes.type;
  const [a, b] = [converted(yes, type), converted(no, type)];
  return ex(
    type,
    stepping(function* (f): Step<Value> {
      const t = yield* value(test.code, f);
      if (!truth(t)) return yield* value(b, f);
      return middle === null ? convert(f.th, t, type) : yield* value(a, f);
    }),
  );
}

/** The place that a plain load reads, if the expression is one: then the compiler may load again. */
function plainLoad(cx: Cx, n: Node): PlaceEx | null {
  let inner = n;
  while (inner.type === 'parenthesized_expression') inner = kids(inner)[0] ?? inner;
  const loads =
    (inner.type === 'pointer_expression' && child(inner, 'operator').text === '*') ||
    inner.type === 'field_expression' ||
    inner.type === 'subscript_expression' ||
    (inner.type === 'identifier' &&
      (cx.scope.find(inner.text) === undefined
        ? cx.program.globals.has(inner.text)
        : cx.scope.find(inner.text)?.shared !== undefined));
  if (!loads) return null;
  const place = cx.place(inner);
  return place.type.k === 'struct' || place.type.k === 'array' || place.address === null ? null : place;
}

/** A value for a local: remembers the load it came from, where the compiler may repeat it. */
export function intoLocal(cx: Cx, slot: number, type: CType, n: Node): Code {
  const into = (from: Ex): Code =>
    map(converted(from, type), (v, f) => {
      f.v[slot] = v;
      f.src[slot] = null;
      return v;
    });
  const place = cx.program.repeats ? plainLoad(cx, n) : null;
  if (place === null) return into(cx.expr(n));
  const local = cx.scope.all.find((l) => l.slot === slot);
  if (local !== undefined) local.repeated = true;
  const hold = cx.scope.slot();
  const stored = into({
    type: place.type,
    code: load(cx, { ...place, address: pure((f) => f.v[hold] ?? null) }),
  });
  const { memory } = cx.program;
  return stepping(function* (f): Step<Value> {
    const { th } = f;
    const p = yield* value(place.address as Code, f);
    f.v[hold] = p;
    const v = yield* value(stored, f);
    if (!memory.shared(p)) return v;
    const epoch = th.barriers;
    const load = function* (): Step<Value> {
      th.at = place.at;
      return convert(th, yield* memory.load(th, p, 'again'), type);
    };
    const target = pointedTo(p);
    const stores = th.stores(target);
    f.src[slot] = { epoch, again: undefined, load, overwritten: () => th.stores(target) !== stores };
    return v;
  });
}

function assignment(cx: Cx, n: Node): Ex {
  const op = child(n, 'operator').text;
  const [left, right] = [child(n, 'left'), child(n, 'right')];
  const place = cx.place(left);
  if (op === '=' && place.slot !== null && place.type.k !== 'struct')
    return ex(place.type, intoLocal(cx, place.slot, place.type, right));
  const from = cx.expr(right);
  if (op === '=') {
    return ex(place.type, store(cx, left, place, converted(from, place.type)));
  }
  return ex(place.type, changed(cx, n, place, op.slice(0, -1), from, true));
}

/** `place op= value`, with the address evaluated once; the value is the new one or the old one. */
function changed(cx: Cx, n: Node, place: PlaceEx, op: string, from: Ex, takeNew: boolean): Code {
  const { address, slot, type } = place;
  const hold = cx.scope.slot();
  const held: PlaceEx =
    address === null || slot !== null ? place : { ...place, address: pure((f) => f.v[hold] ?? null) };
  const old = load(cx, held);
  const keep = cx.scope.slot();
  const before = map(old, (v, f) => {
    f.v[keep] = v;
    return v;
  });
  const next = converted(arithmetic(cx, n, op, { type, code: before }, from), type);
  const put = store(cx, n, held, next);
  const result: Code = takeNew ? put : map(put, (_, f) => f.v[keep] ?? 0n);
  if (held === place) return result;
  return stepping(function* (f): Step<Value> {
    f.v[hold] = yield* value(address as Code, f);
    return yield* value(result, f);
  });
}

function update(cx: Cx, n: Node): Ex {
  // `!p++` is read by the grammar as `(!p)++`.
  const given = child(n, 'argument');
  if (
    given.type === 'unary_expression' &&
    child(given, 'operator').text === '!' &&
    n.child(0)?.id === given.id
  ) {
    const op = child(n, 'operator').text === '++' ? '+' : '-';
    const place = cx.place(child(given, 'argument'));
    const old = changed(cx, n, place, op, ex(T.int, constant(1n)), false);
    return flag(map(old, (v) => !truth(v)));
  }
  const place = cx.place(child(n, 'argument'));
  const op = child(n, 'operator').text === '++' ? '+' : '-';
  const prefix = n.child(0)?.type === '++' || n.child(0)?.type === '--';
  return ex(place.type, changed(cx, n, place, op, ex(T.int, constant(1n)), prefix));
}

/** The type in `(TYPE)`, which looks like a variable as long as the kernel's headers are not read. */
export function typeInParentheses(cx: Cx, n: Node): CType | undefined {
  if (n.type !== 'parenthesized_expression') return undefined;
  const inner = kids(n)[0];
  if (inner?.type !== 'identifier' || cx.scope.find(inner.text) !== undefined) return undefined;
  return cx.program.types.typedef(inner.text);
}
