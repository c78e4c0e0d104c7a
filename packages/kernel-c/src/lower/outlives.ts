/** Locals that other agents reach: static ones, which all calls share, and the heads of lists. */
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import { kids } from '../parse/unit.js';
import { CStruct, type Value } from '../run/objects.js';
import type { CType } from '../types/ctype.js';
import { type Code, stepping, value } from './code.js';
import { type Cx, refuse } from './context.js';
import { load } from './place.js';

/** The name of such a local among the variables of a race. */
export const staticName = (fn: string, name: string): string => `${name} of ${fn}()`;

const isList = (type: CType): boolean => type.k === 'struct' && type.tag === 'list_head';

function isStatic(n: Node): boolean {
  const words = kids(n).filter((c) => /^(storage_class_specifier|type_qualifier)$/.test(c.type));
  const has = (word: string): boolean => words.some(({ text }) => text === word);
  return has('static') && !has('const');
}

/** Whether a declaration in a function is of one. */
export const outlives = (n: Node, type: CType): boolean => isStatic(n) || isList(type);

/** Declare one as the variable of the race that it is; null if the race has none. What it returns empties the list of a call. */
export function declareShared(
  cx: Cx,
  n: Node,
  d: Node,
  name: string,
  type: CType,
): { empty: Code | null } | null {
  const shared = staticName(cx.fn, name);
  if (!outlives(n, type)) return null;
  if (!cx.program.globals.has(shared)) {
    if (!isStatic(n) || cx.program.tableFirst(cx.fn)) return null;
    throw refuse(cx, n, 'a static variable inside of a function', 'declare it at the level of the file');
  }
  cx.scope.declareShared(name, type, shared);
  if (isStatic(n) || !isList(type)) return { empty: null };
  const list = load(cx, cx.place(d.type === 'identifier' ? d : (d.childForFieldName('declarator') ?? d)));
  const { memory } = cx.program;
  const empty = stepping(function* (f): Step<Value> {
    const head = yield* value(list, f);
    for (const word of head instanceof CStruct ? Object.values(head.members) : [])
      yield* memory.store(f.th, word, head, 'plain');
    return 0n;
  });
  return { empty };
}
