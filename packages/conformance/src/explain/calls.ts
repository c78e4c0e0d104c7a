/** Listens to the helpers of a plug-in while a law calls them. */
import type { ArchPlugin } from '@racewalk/core';

/** One call of a helper. */
export interface HelperCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
}

/** Groups of helpers; laws take them from the plug-in. */
const GROUPS = ['values', 'pmd', 'pud', 'huge', 'swap'] as const;

type Helper = (...args: readonly unknown[]) => unknown;

function listening<T extends object>(helpers: T, heard: HelperCall[]): T {
  const wrapped = Object.entries(helpers).map(([name, helper]) => {
    if (typeof helper !== 'function') return [name, helper];
    const call: Helper = (...args) => {
      const result = Reflect.apply(helper, helpers, args) as unknown;
      heard.push({ name, args, result });
      return result;
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as T;
}

/** The same plug-in, and what will have been called, in order. Helpers that call each other are not heard. */
export function listenTo(arch: ArchPlugin): { readonly arch: ArchPlugin; readonly calls: HelperCall[] } {
  const calls: HelperCall[] = [];
  const groups = GROUPS.map((group) => [group, listening(arch[group], calls)]);
  return { arch: { ...arch, ...(Object.fromEntries(groups) as Partial<ArchPlugin>) }, calls };
}

/** An object that tells which of its properties were read. */
export function readsOf<T extends object>(of: T): { readonly value: T; readonly read: ReadonlySet<string> } {
  const read = new Set<string>();
  const value = new Proxy(of, {
    get(target, key) {
      if (typeof key === 'string') read.add(key);
      return Reflect.get(target, key) as unknown;
    },
  });
  return { value, read };
}
