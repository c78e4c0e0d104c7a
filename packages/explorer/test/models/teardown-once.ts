import {
  atomic,
  CellTable,
  choose,
  cmpxchg,
  localKey,
  type Program,
  read,
  type Step,
  write,
  xchg,
} from '@racewalk/core/step';

const V = 1;
const YD = 6;
const D = 4;

/**
 * Model T: one thread clears a block of `n` entries, pushing access and dirty into the last entry that is
 * still valid, keeping what cannot be pushed, and gathering once at the end; `w` hardware walkers each
 * read an entry of their choice and then set both bits in one step, unless it has become invalid.
 */
export function teardownOnce(n: number, w: number): Program {
  const table = new CellTable();
  const pte = Array.from({ length: n }, (_, i) => table.add({ name: `pte[${i}]`, initial: V }));
  const result = table.add({ name: 'result', initial: 0 });
  const hits = Array.from({ length: w }, (_, i) => table.add({ name: `hit[${i}]`, initial: 0 }));

  function* software(): Step<void> {
    let acc = 0;
    for (let i = 0; i < n; i++) {
      yield* localKey(1, i, acc);
      const old = (yield* xchg(pte[i]!, 0)) & YD;
      if (old !== 0 && !(yield* push(i, acc, old))) acc |= old;
    }
    for (let k = 0; k < n; k++) {
      yield* localKey(2, k, acc);
      acc |= (yield* read(pte[k]!)) & YD;
    }
    yield* localKey(3, acc);
    yield* write(result, acc);
  }

  /** Whether an entry after `i` was left to push to. */
  function* push(i: number, acc: number, old: number): Step<boolean> {
    for (let k = n - 1; k > i; k--) {
      yield* localKey(4, i, acc, old, k);
      let v = yield* read(pte[k]!);
      while (v & V) {
        yield* localKey(5, i, acc, old, k, v);
        const seen = yield* cmpxchg(pte[k]!, v, v | old);
        if (seen === v) return true;
        v = seen;
      }
    }
    return false;
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
    final(mem, base, faults) {
      if (hits.some((hit) => mem[base + hit] === 1) && !(mem[base + result]! & D)) {
        faults.fail('DIRTY', 'a walker set the dirty bit and the software thread never saw it');
      }
    },
  };
}
