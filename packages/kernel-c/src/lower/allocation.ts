/** Calls of allocators. */
import type { Node } from 'web-tree-sitter';
import { allocated } from '../run/allocated.js';
import { pointer, T } from '../types/ctype.js';
import { type Ex, pure } from './code.js';
import { at, type Cx, refuse } from './context.js';

/** Names of them. */
export const ALLOCATOR = /^(k[vm]*[mz]alloc|kmem_cache_z?alloc)$/;

/** `kmalloc(sizeof(*p), flags)`: one of the structs that were set aside. */
export function allocation(cx: Cx, n: Node, args: readonly Node[]): Ex {
  const size = args.find(({ type }) => type === 'sizeof_expression');
  const named = size?.childForFieldName('type') ?? null;
  const of = size?.childForFieldName('value') ?? null;
  const inner = of?.type === 'parenthesized_expression' ? of.namedChild(0) : of;
  const type = named !== null ? cx.program.types.ofDescriptor(named) : inner ? cx.place(inner).type : T.any;
  if (type.k !== 'struct')
    throw refuse(
      cx,
      n,
      'an allocation of what is no struct of the race',
      'write kmalloc(sizeof(*p), GFP_KERNEL), or declare it in the initial state',
    );
  const where = at(cx, n);
  const code = pure((f) => {
    f.th.at = where;
    return allocated(f.th, type.tag);
  });
  return { type: pointer(type), code };
}
