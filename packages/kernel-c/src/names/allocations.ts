/** What frees memory that structs are in. */
import { type AtomicBody, atomic, type Cell } from '@racewalk/core/step';
import { BitField, CStruct, SharedWord, type Value } from '../run/objects.js';
import { POISON } from '../run/words.js';
import { type Helper, stepHelper } from './helper.js';

/**
 * Words that hold numbers; entries are no numbers, and locks stay as they are. Pointers only where a race asks for UAF:
 * elsewhere who follows one goes on with what was there.
 */
function cellsOf(v: Value, pointers: boolean): Cell[] {
  if (v instanceof BitField) return [v.word.cell];
  if (v instanceof SharedWord) return v.type.k === 'int' || (pointers && v.type.k === 'ptr') ? [v.cell] : [];
  const parts = Array.isArray(v) ? (v as Value[]) : v instanceof CStruct ? Object.values(v.members) : [];
  return parts.flatMap((part) => cellsOf(part, pointers));
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
      function* (th, [p]) {
        const cells = cellsOf(p ?? null, th.m.world.watches('UAF'));
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
