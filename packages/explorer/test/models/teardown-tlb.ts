import { atomic, awaitWord, choose, localKey, type Program, type Step, write } from '@racewalk/core/step';
import { block, clearOnce, D, remembers, V, YD } from './teardown-parts.js';

/** Which of the TLB's doings have an agent of their own, and what is wrong. */
export interface TlbOptions {
  /** An invalidation completes on each CPU by itself; the barrier waits for all. Otherwise: at the barrier. */
  readonly completions?: boolean;
  /** One per CPU, once: an entry leaves its TLB. */
  readonly evictions?: boolean;
  /** One per CPU, once: its walker reads an entry that nobody asked for, which sets the access flag. */
  readonly fills?: boolean;
  /** `no-flush`: nothing is invalidated. `early-free`: the pages are freed before the barrier. */
  readonly mutant?: 'no-flush' | 'early-free';
}

/**
 * Model T with a TLB per walker: a walk fills it in the step in which it updates the entry, the store through it
 * follows. The software thread clears `n` entries as in model T, invalidates, and frees the pages; no TLB may have a
 * translation then, and no dirty state may be lost.
 */
export function teardownTlb(n: number, w: number, options: TlbOptions = {}): Program {
  const { mutant } = options;
  const { table, each, pte, result, hits } = block(n, w);
  const tlbs = each('tlb', w, 0);
  const asked = options.completions ? each('asked', w, 0) : [];

  function* software(): Step<void> {
    const acc = yield* clearOnce(pte);
    yield* localKey(3, acc);
    yield* write(result, acc);
    if (mutant === 'early-free') yield* free();
    if (mutant !== 'no-flush') yield* flush();
    if (mutant !== 'early-free') yield* free();
  }

  function* flush(): Step<void> {
    yield* localKey(6);
    if (options.completions) {
      for (const cell of asked) yield* write(cell, 1, 'tlbi');
      for (const cell of asked) yield* awaitWord(cell, (v) => v === 0, 'dsb');
    } else {
      const dsb = (mem: Int32Array, base: number): number => {
        for (const cell of tlbs) mem[base + cell] = 0;
        return 0;
      };
      yield* atomic(tlbs, dsb, 'dsb');
    }
  }

  function* free(): Step<void> {
    yield* atomic(
      tlbs,
      (mem, base, faults) => {
        if (tlbs.some((cell) => mem[base + cell] !== 0)) faults.fail('UAF', 'a TLB still has a page');
        return 0;
      },
      'free',
    );
  }

  function* walk(cpu: number, j: number, sets: number): Step<boolean> {
    const [at, tlb] = [pte[j]!, tlbs[cpu]!];
    const run = (mem: Int32Array, base: number): number => {
      const v = mem[base + at]!;
      if (!(v & V)) return 0;
      mem[base + at] = v | sets;
      mem[base + tlb] = j + 1;
      return 1;
    };
    return (yield* atomic([at, tlb], run, 'walk')) !== 0;
  }

  function* walker(cpu: number): Step<void> {
    const j = yield* choose(n);
    yield* localKey(7, j);
    const found = yield* walk(cpu, j, YD);
    yield* localKey(8, found ? 1 : 0);
    if (found) yield* write(hits[cpu]!, 1);
    yield* localKey(9);
  }

  const empty = (cells: readonly number[], guard = -1) =>
    atomic(
      cells,
      (mem, base) => {
        for (const cell of cells) mem[base + cell] = 0;
        return 0;
      },
      '',
      guard < 0 ? {} : { guard, test: (v) => v === 1 },
    );

  const agents = (
    name: string,
    there: boolean | undefined,
    body: (cpu: number) => Step<unknown>,
  ): Program['threads'][number][] =>
    there ? tlbs.map((_, cpu) => ({ name: `${name}${cpu}`, daemon: true, body: () => body(cpu) })) : [];

  return {
    name: `teardownTlb(${n}, ${w})`,
    cells: table.cells,
    memory: 'sc',
    threads: [
      { name: 'software', body: software },
      ...tlbs.map((_, i) => ({ name: `walker${i}`, body: () => walker(i) })),
      ...agents('completion', options.completions, (cpu) => empty([asked[cpu]!, tlbs[cpu]!], asked[cpu]!)),
      ...agents('eviction', options.evictions, (cpu) => empty([tlbs[cpu]!])),
      ...agents('fill', options.fills, function* (cpu) {
        yield* walk(cpu, yield* choose(n), YD & ~D);
      }),
    ],
    final: remembers(hits, result),
  };
}
