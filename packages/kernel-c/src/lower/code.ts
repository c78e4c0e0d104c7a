/** Compiled code: a function of the frame, which takes steps or does not. */
import type { Step } from '@racewalk/core/step';
import type { Frame } from '../run/frame.js';
import type { Value } from '../run/objects.js';
import type { CType } from '../types/ctype.js';

/** Code for a value. */
export type Code<V = Value> =
  | { readonly steps: false; readonly run: (f: Frame) => V }
  | { readonly steps: true; readonly run: (f: Frame) => Step<V> };

/** An expression: its type, and how to get its value. */
export interface Ex {
  readonly type: CType;
  readonly code: Code;
}

/** Code without steps. */
export const pure = <V>(run: (f: Frame) => V): Code<V> => ({ steps: false, run });

/** Code with steps. */
export const stepping = <V>(run: (f: Frame) => Step<V>): Code<V> => ({ steps: true, run });

/** A value that is known. */
export const constant = (value: Value): Code => pure(() => value);

/** Run any code. */
export function* value<V>(code: Code<V>, f: Frame): Step<V> {
  return code.steps ? yield* code.run(f) : code.run(f);
}

/** What `fn` makes of a value. */
export function map<A, B>(a: Code<A>, fn: (a: A, f: Frame) => B): Code<B> {
  if (!a.steps) return pure((f) => fn(a.run(f), f));
  return stepping(function* (f) {
    return fn(yield* a.run(f), f);
  });
}

/** What `fn` makes of two values, the first evaluated first. */
export function map2<A, B, C>(a: Code<A>, b: Code<B>, fn: (a: A, b: B, f: Frame) => C): Code<C> {
  if (!a.steps && !b.steps) return pure((f) => fn(a.run(f), b.run(f), f));
  return stepping(function* (f) {
    const x = yield* value(a, f);
    return fn(x, yield* value(b, f), f);
  });
}

/** Steps that depend on a value. */
export function andThen<A, B>(a: Code<A>, fn: (a: A, f: Frame) => Step<B>): Code<B> {
  return stepping(function* (f) {
    return yield* fn(yield* value(a, f), f);
  });
}

/** All values, in order. */
export function list(codes: readonly Code[]): Code<Value[]> {
  if (codes.every((c) => !c.steps)) return pure((f) => codes.map((c) => c.run(f) as Value));
  return stepping(function* (f) {
    const values: Value[] = [];
    for (const c of codes) values.push(yield* value(c, f));
    return values;
  });
}
