import { atomic, choose, localKey, type Program, read, type Step, write } from '@racewalk/core/step';
import { block, clearOnce, remembers, V, YD } from './teardown-parts.js';

/**
 * Model T: one thread clears a block of `n` entries, pushing access and dirty into the last entry that is
 * still valid, keeping what cannot be pushed, and gathering once at the end; `w` hardware walkers each
 * read an entry of their choice and then set both bits in one step, unless it has become invalid.
 */
export function teardownOnce(n: number, w: number): Program {
  const { table, pte, result, hits } = block(n, w);

  function* software(): Step<void> {
    const acc = yield* clearOnce(pte);
    yield* localKey(3, acc);
    yield* write(result, acc);
  }

  function* walker(self: number): Step<void> {
    const j = yield* choose(n);
    if ((yield* read(pte[j]!)) & V) {
      yield* localKey(6, j);
      const at = pte[j]!;
      const valid = yield* atomic([at], (mem, base) => {
        const v = mem[base + at]!;
        if (v & V) mem[base + at] = v | YD;
        return v & V;
      });
      yield* localKey(7, valid);
      if (valid) yield* write(hits[self]!, 1);
    }
    yield* localKey(8);
  }

  return {
    name: `teardownOnce(${n}, ${w})`,
    cells: table.cells,
    memory: 'sc',
    threads: [
      { name: 'software', body: software },
      ...hits.map((_, i) => ({ name: `walker${i}`, body: () => walker(i) })),
    ],
    final: remembers(hits, result),
  };
}
