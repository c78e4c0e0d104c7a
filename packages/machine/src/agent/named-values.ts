/** The helpers on values as an agent calls them: a variant may replace one, and then every caller finds it by its name. */
import type { Binder } from './binder.js';

interface Owner {
  readonly calls: object;
  readonly world: { readonly binder: Binder };
}

/**
 * `values`, with the helpers late bound that the variant replaces; `values` itself where it replaces none, which is
 * nearly always. Only code of the kernel calls helpers by name: the walker, the observers, and helpers that are made of
 * each other use the architecture's own.
 */
export function namedValues<T extends object>(m: Owner, values: T): T {
  const { binder } = m.world;
  const names = binder.replaced.filter((name) => name in values);
  if (names.length === 0) return values;
  return binder.bind(m as Parameters<Binder['bind']>[0], { ...values }, names);
}
