/** Operators on numbers and pointers. */
import type { Node } from 'web-tree-sitter';
import type { Frame } from '../run/frame.js';
import { integer, number } from '../run/numbers.js';
import type { Value } from '../run/objects.js';
import { add, difference } from '../run/pointers.js';
import { type CType, type IntType, pointer, promote, T, typeText, usual, wrap } from '../types/ctype.js';
import { type Code, type Ex, map2 } from './code.js';
import { type Cx, refuse } from './context.js';

const ex = (type: CType, code: Code<Value>): Ex => ({ type, code });

type Arithmetic = (a: bigint, b: bigint, f: Frame) => bigint;

const divides =
  (name: string, run: (a: bigint, b: bigint) => bigint): Arithmetic =>
  (a, b, f) => {
    if (b === 0n) throw f.th.error(`${name} by zero`);
    return run(a, b);
  };

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': divides('division', (a, b) => a / b),
  '%': divides('remainder', (a, b) => a % b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
};

/** Comparisons, of how the operands are ordered. */
export const COMPARE: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (o) => o < 0,
  '>': (o) => o > 0,
  '<=': (o) => o <= 0,
  '>=': (o) => o >= 0,
};

/** `a op b`, where the operands are compiled. */
export function arithmetic(cx: Cx, n: Node, op: string, a: Ex, b: Ex): Ex {
  const run = ARITHMETIC[op];
  if (run === undefined) throw refuse(cx, n, `'${op}' is not read`, 'write it another way');
  const numbers = a.type.k !== 'ptr' && a.type.k !== 'array' && b.type.k !== 'ptr' && b.type.k !== 'array';
  if (!numbers) return onPointers(cx, n, op, a, b);
  const [x, y] = [a.type.k === 'int' ? a.type : T.ulong, b.type.k === 'int' ? b.type : T.ulong];
  const shift = op === '<<' || op === '>>';
  const type: IntType = shift ? promote(x) : usual(x, y);
  const dynamic = a.type.k === 'any' && (op === '+' || op === '-');
  return ex(
    dynamic ? T.any : type,
    map2(a.code, b.code, (p, q, f) => {
      if (dynamic && typeof p === 'object' && p !== null)
        return add(f.th, p, number(f.th, q) * (op === '-' ? -1 : 1));
      const [l, r] = [integer(f.th, p), integer(f.th, q)];
      if (shift && (r < 0n || r >= BigInt(type.bits)))
        throw f.th.error(`a shift by ${r} of ${type.bits} bits`);
      return wrap(run(wrap(l, type), shift ? r : wrap(r, type), f), type);
    }),
  );
}

function onPointers(cx: Cx, n: Node, op: string, a: Ex, b: Ex): Ex {
  const pointers = [a, b].filter(({ type }) => type.k === 'ptr' || type.k === 'array').length;
  if (op === '-' && pointers === 2)
    return ex(
      T.long,
      map2(a.code, b.code, (x, y, f) => difference(f.th, x, y)),
    );
  if (op === '+' || op === '-') {
    const first = a.type.k === 'ptr' || a.type.k === 'array';
    const [p, by] = first ? [a, b] : [b, a];
    const sign = op === '-' ? -1 : 1;
    const type = p.type.k === 'array' ? pointer(p.type.of) : p.type;
    return ex(
      type,
      map2(p.code, by.code, (x, y, f) => add(f.th, x, sign * number(f.th, y))),
    );
  }
  throw refuse(
    cx,
    n,
    `'${op}' on ${typeText(a.type)} and ${typeText(b.type)}`,
    'pointers can be counted through and compared',
  );
}
