import { choose, cmpxchg, localKey, type Program, read, type Step, write, xchg } from '@racewalk/core/step';
import { block, remembers, V, YD } from './teardown-parts.js';

/** Options of {@link teardown}. */
export interface TeardownOptions {
  /** Read every entry first, then clear with plain stores. */
  readonly buggy?: boolean;
  /** Say that the walkers are interchangeable. */
  readonly symmetric?: boolean;
}

/**
 * Model T2: one thread clears a block of `n` entries, pushing access and dirty into the last entry that is
 * still valid and gathering after every exchange; `w` hardware walkers each set both bits in an
 * entry of their choice by compare and exchange.
 */
export function teardown(n: number, w: number, options: TeardownOptions = {}): Program {
  const { table, pte, result, hits } = block(n, w);

  function* software(): Step<void> {
    let acc = 0;
    for (let i = 0; i < n; i++) {
      yield* localKey(1, i, acc);
      const old = (yield* xchg(pte[i]!, 0)) & YD;
      acc |= old;
      if (old !== 0) acc = yield* stash(i, acc, old);
      for (let k = 0; k < n; k++) {
        yield* localKey(2, i, acc, k);
        const v = yield* read(pte[k]!);
        if (v & V) acc |= v & YD;
      }
    }
    yield* localKey(3, acc);
    yield* write(result, acc);
  }

  function* stash(i: number, acc: number, old: number): Step<number> {
    for (let k = n - 1; k >= 0; k--) {
      yield* localKey(4, i, acc, old, k);
      let v = yield* read(pte[k]!);
      if (!(v & V)) continue;
      for (;;) {
        yield* localKey(5, i, acc, old, k, v);
        const seen = yield* cmpxchg(pte[k]!, v, v | old);
        if (seen === v) break;
        v = seen;
      }
      break;
    }
    return acc;
  }

  function* gatherThenClear(): Step<void> {
    let acc = 0;
    for (let i = 0; i < n; i++) acc |= (yield* read(pte[i]!)) & YD;
    for (let i = 0; i < n; i++) yield* write(pte[i]!, 0);
    yield* write(result, acc);
  }

  function* walker(self: number): Step<void> {
    const j = yield* choose(n);
    let v = yield* read(pte[j]!);
    while (v & V) {
      yield* localKey(6, j, v);
      const seen = yield* cmpxchg(pte[j]!, v, v | YD);
      if (seen === v) {
        yield* localKey(7);
        yield* write(hits[self]!, 1);
        return;
      }
      v = seen;
    }
    yield* localKey(8);
  }

  return {
    name: `teardown(${n}, ${w})`,
    cells: table.cells,
    memory: 'sc',
    ...(options.symmetric ? { symmetric: [hits.map((_, i) => i + 1)] } : {}),
    threads: [
      { name: 'software', body: options.buggy ? gatherThenClear : software },
      ...hits.map((_, i) => ({ name: `walker${i}`, body: () => walker(i) })),
    ],
    final: remembers(hits, result),
  };
}
