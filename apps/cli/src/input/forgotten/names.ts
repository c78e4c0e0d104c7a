/** Names of what does nothing unless it is called with `yield*`: generators of the packages that a race imports. */
import * as core from '@racewalk/core';
import * as machine from '@racewalk/machine';
import * as mm from '@racewalk/mm';

/** Whether a call of `value` makes a generator. */
export const isGenerator = (value: unknown): boolean =>
  typeof value === 'function' && value.constructor.name === 'GeneratorFunction';

/** Methods that objects of JavaScript's own have: a call of one of these says nothing. */
const COMMON: ReadonlySet<string> = new Set(
  [Array, Map, Set, String, Promise, Object, Function, RegExp, Number].flatMap((type) => [
    ...Object.getOwnPropertyNames(type.prototype),
    ...Object.getOwnPropertyNames(type),
  ]),
);

const methodsOf = (type: unknown): string[] => {
  if (typeof type !== 'function') return [];
  const prototype = type.prototype as Record<string, unknown> | null | undefined;
  if (typeof prototype !== 'object' || prototype === null) return [];
  return Object.getOwnPropertyNames(prototype).filter((name) =>
    isGenerator(Object.getOwnPropertyDescriptor(prototype, name)?.value),
  );
};

/** Methods of agents, of what they use, of operations and of the kernel. */
export const METHODS: ReadonlySet<string> = new Set(
  [
    ...[core, machine, mm].flatMap((all) => Object.values(all).flatMap(methodsOf)),
    ...[...core.PTE_OPS, ...core.HUGE_PTE_OPS, ...core.PMD_OPS],
    ...['flushTlbPage', 'flushTlbRange', 'flushTlbMm', 'pteOffsetMapLock', 'pteUnmapUnlock', 'completes'],
    ...Object.entries(mm.KERNEL).flatMap(([name, body]) => (isGenerator(body) ? [name] : [])),
  ].filter((name) => !COMMON.has(name)),
);
