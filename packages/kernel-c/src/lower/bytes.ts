/** `memset(&x, 0, sizeof(x))` and `memcpy(&x, &y, sizeof(x))` of whole variables. */
import { PTE_ZERO } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import { ofPages } from '../names/page-data.js';
import type { Memory } from '../run/memory.js';
import { CStruct, isPte, LocalRef, SharedWord, type Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { T } from '../types/ctype.js';
import { type Ex, list, stepping, value } from './code.js';
import { at, type Cx, refuse } from './context.js';

const zeroLike = (v: Value): Value => (typeof v === 'bigint' ? 0n : isPte(v) ? PTE_ZERO : null);

/** The parts of what is stored as a whole. */
const partsOf = (v: Value): [string, Value][] | null =>
  v instanceof CStruct || Array.isArray(v)
    ? Object.entries(v instanceof CStruct ? v.members : (v as Value[]))
    : null;

/** Store in each part of `to` what `of` makes of it and of its place. */
function* fill(th: Thread, memory: Memory, to: Value, from: Value | undefined, name: string): Step<void> {
  const holder = to instanceof CStruct ? to.members : (to as Value[]);
  for (const [key, part] of partsOf(to) ?? []) {
    const given = from === undefined ? undefined : new Map(partsOf(from) ?? []).get(key);
    if (from !== undefined && given === undefined) throw th.error(`${name}() between two types`);
    if (partsOf(part) !== null) {
      yield* fill(th, memory, part, given, name);
      continue;
    }
    const now = given instanceof SharedWord ? yield* memory.load(th, given, 'plain') : given;
    if (part instanceof SharedWord)
      yield* memory.store(
        th,
        part,
        now ?? (part.type.k === 'pte' ? PTE_ZERO : part.type.k === 'int' ? 0n : null),
        'plain',
      );
    else {
      th.effect();
      (holder as Record<string, Value>)[key] = now ?? zeroLike(part);
    }
  }
}

/** Both. */
export function bytes(cx: Cx, n: Node, [p, v, size]: readonly Node[], name: string): Ex {
  if (p === undefined || v === undefined || size === undefined)
    throw refuse(cx, n, `${name} with too few arguments`, 'give all of them');
  const sets = name === 'memset';
  if (!/\b(?:sizeof|PAGE_SIZE)\b/.test(size.text) || (sets && !/^(?:0|0x0|'\\0')$/.test(v.text)))
    throw refuse(
      cx,
      n,
      `${name}() of a part, or of another byte than 0`,
      `${name}(&x, ${sets ? '0' : '&y'}, sizeof(x)) is understood; else assign the members`,
    );
  const codes = list([cx.expr(p).code, cx.expr(v).code]);
  const where = at(cx, n);
  const { memory } = cx.program;
  return {
    type: T.void,
    code: stepping(function* (f): Step<Value> {
      const [to = null, from = null] = yield* value(codes, f);
      f.th.at = where;
      if (yield* ofPages(to, from, sets)) return 0n;
      if (to instanceof LocalRef)
        yield* memory.store(
          f.th,
          to,
          sets ? zeroLike(yield* memory.load(f.th, to, 'plain')) : yield* memory.load(f.th, from, 'plain'),
          'plain',
        );
      else if (to instanceof SharedWord)
        yield* memory.store(f.th, to, sets ? 0n : yield* memory.load(f.th, from, 'plain'), 'plain');
      else if (partsOf(to) === null || (!sets && partsOf(from) === null))
        throw f.th.error(`${name}() through this pointer`, 'hand in the address of a variable');
      else yield* fill(f.th, memory, to, sets ? undefined : from, name);
      return 0n;
    }),
  };
}
