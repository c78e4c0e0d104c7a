import { CellTable, cmpxchg, localKey, type Program, read, type Step } from '@racewalk/core/step';

/** Model F: `k` threads each OR their own bit into one word by a read / compare-and-exchange loop. */
export function flags(k: number): Program {
  const table = new CellTable();
  const word = table.add({ name: 'word', initial: 0 });
  function* setter(bit: number): Step<void> {
    let v = yield* read(word);
    for (;;) {
      yield* localKey(1, v);
      const seen = yield* cmpxchg(word, v, v | bit);
      if (seen === v) break;
      v = seen;
    }
    yield* localKey(2);
  }
  return {
    name: `flags(${k})`,
    cells: table.cells,
    memory: 'sc',
    threads: Array.from({ length: k }, (_, i) => ({ name: `t${i}`, body: () => setter(1 << i) })),
    final(mem, base, faults) {
      if (mem[base + word] !== (1 << k) - 1) faults.fail('DIRTY', 'a bit was lost');
    },
  };
}
