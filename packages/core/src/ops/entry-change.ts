import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { EntryMachine } from './entry-machine.js';
import type { Ptep } from './handles.js';

/**
 * Change one entry by a compare-and-exchange loop, starting from `first` if the caller has read it
 * already; returns what it replaced.
 *
 * Where `change` has nothing to do the exchange is left out. Writing back the same value can only fail or do
 * nothing, so the read can take the place of the exchange.
 */
export function* entryChange(
  m: EntryMachine,
  ptep: Ptep,
  change: (pte: PteWord) => PteWord,
  first?: PteWord,
): Step<PteWord> {
  let old = first ?? (yield* m.entries.readOnce(ptep));
  for (;;) {
    const now = change(old);
    if (now === old) return old;
    const seen = yield* m.entries.cmpxchg(ptep, old, now);
    if (seen === old) return old;
    old = seen;
  }
}
