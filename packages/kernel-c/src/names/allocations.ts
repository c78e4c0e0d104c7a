/** What frees memory that structs are in. */
import { type AtomicBody, atomic, type Cell } from '@racewalk/core/step';
import { CStruct, SharedWord, type Value } from '../run/objects.js';
import { type Helper, stepHelper } from './helper.js';

/** What SLUB fills freed memory with where it looks for uses of it. @kernel POISON_FREE */
const POISON = 0x6b6b_6b6b;

/** Words that hold numbers or pointers; entries are no numbers, and locks stay as they are. */
function cellsOf(v: Value): Cell[] {
  if (v instanceof SharedWord) return v.type.k === 'pte' ? [] : [v.cell];
  if (Array.isArray(v)) return (v as Value[]).flatMap(cellsOf);
  return v instanceof CStruct ? Object.values(v.members).flatMap(cellsOf) : [];
}

const later = (name: string): Helper => ({
  ...stepHelper(`${name}()`, 'refused: nothing runs later here', (th) => {
    throw th.error(
      `${name}() frees after a grace period, when whoever called it is somewhere else`,
      'write synchronize_rcu(); kfree(p); at the end of the agent, or in an agent of its own',
    );
  }),
  args: null,
});

/** Everything of this file. */
export const ALLOCATION_NAMES: readonly Helper[] = [
  ...['kfree', 'kvfree', 'kfree_sensitive'].map((name) =>
    stepHelper(
      `${name}(any)`,
      'fills what it points to with 0x6b, as slub_debug=P does',
      function* (_th, [p]) {
        const cells = cellsOf(p ?? null);
        const run: AtomicBody = (mem, base) => {
          for (const cell of cells) mem[base + cell] = POISON;
          return 0;
        };
        const text = p instanceof CStruct ? p.name : '';
        if (cells.length > 0) yield* atomic(cells, run, { op: name, text, on: cells }, { locked: false });
        return 0n;
      },
    ),
  ),
  ...['kfree_rcu', 'kvfree_rcu', 'call_rcu'].map(later),
];
