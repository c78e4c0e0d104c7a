import type { Op } from '@racewalk/core/step';

const sameList = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** How two announced steps differ, in words; '' if they do not (as far as can be seen from outside). */
export function differences(a: Op, b: Op): string {
  if (a.kind !== b.kind || a.label !== b.label) return `${describe(a)}, then ${describe(b)}`;
  for (const field of ['cell', 'a', 'b', 'locked', 'order'] as const) {
    if (a[field] !== b[field]) return `${describe(a)} with ${field} ${a[field]}, then ${b[field]}`;
  }
  for (const field of ['cells', 'values', 'guards', 'drains', 'after'] as const) {
    if (!sameList(a[field], b[field])) {
      return `${describe(a)} with ${field} [${a[field].join()}], then [${b[field].join()}]`;
    }
  }
  return '';
}

const NAMES = [
  'read',
  'write',
  'xchg',
  'cmpxchg',
  'or',
  'lock',
  'unlock',
  'trylock',
  'await',
  'retry',
  'choose',
  'atomic',
  'fence',
  'key',
  'atomic',
  'end',
  'throw',
];

/** What a message calls a step. */
export function describe(op: Op): string {
  return op.label !== '' ? `'${op.label}'` : (NAMES[op.kind] ?? `step of kind ${op.kind}`);
}
