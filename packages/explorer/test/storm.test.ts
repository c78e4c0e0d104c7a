/** Two threads that hinder each other for ever: the reduced search says so instead of following every number of rounds. */
import { atomic, CellTable, localKey, type Program, read, type Step, write } from '@racewalk/core/step';
import { describe, expect, it } from 'vitest';
import { explore } from '../src/index.js';

/** A page moves home if nobody but the one who moves it holds a reference. `looksFirst`: who holds the lock alone takes one. */
function program(looksFirst: boolean): Program {
  const table = new CellTable();
  const refs = table.add({ name: 'refs', initial: 1 });
  const home = table.add({ name: 'home', initial: 0 });
  const lock = table.addLock('lock');
  const add = (n: number) => atomic([refs], (mem, base) => (mem[base + refs] = (mem[base + refs] ?? 0) + n));
  const take = () =>
    atomic(
      [lock],
      (mem, base) => {
        mem[base + lock] = 1;
        return 0;
      },
      'lock',
      { guard: lock, test: (word) => word === 0 },
    );
  function* body(): Step<void> {
    for (;;) {
      yield* localKey(1);
      if (looksFirst) yield* take();
      const done = (yield* read(home)) === 1;
      let alone = false;
      if (!done) {
        yield* add(1);
        alone = (yield* read(refs)) === 2;
        if (alone) yield* write(home, 1);
        yield* add(-1);
      }
      if (looksFirst) yield* write(lock, 0);
      if (done || alone) return;
    }
  }
  return {
    name: 'storm',
    cells: table.cells,
    memory: 'sc',
    threads: [
      { name: 'a', body },
      { name: 'b', body },
    ],
  };
}

describe('two threads that start over', () => {
  it('each holds what the other waits for: a livelock', () => {
    const report = explore(program(false));
    expect(report.verdict).toBe('counterexample');
    if (report.verdict === 'counterexample') expect(report.counterexample.code).toBe('LIVE');
  });

  it('one at a time: it ends', () => {
    expect(explore(program(true)).verdict).toBe('exhausted');
  });
});
