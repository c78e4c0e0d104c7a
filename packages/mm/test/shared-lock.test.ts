import { read, type Step } from '@racewalk/core/step';
import { intrudeAt, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

function setup() {
  const w = new World(toyArch(), { block: 4 }, [], []);
  linux(w);
  const mapping = w.addressSpace();
  const mm = w.mm();
  w.seal();
  return { w, mapping, mm, m: new Machine(w, 0, wordEntries(w)) };
}

describe('shared locks', () => {
  it('let readers in together', () => {
    const { w, mapping, m } = setup();
    function* reader(): Step<void> {
      yield* m.k.iMmapLockRead(mapping);
      yield* m.k.iMmapUnlockRead(mapping);
    }
    const { memory, faults } = runAlone(w.cells.cells, () => intrudeAt(reader(), 1, reader));
    expect(memory[mapping.iMmapLock]).toBe(0);
    expect(faults).toEqual([]);
  });

  it('keep readers from a writer, and a writer from readers', () => {
    const { w, mapping, m } = setup();
    const lock = mapping.iMmapLock;
    const both = (first: () => Step<void>, second: () => Step<void>) => () =>
      runAlone(w.cells.cells, function* () {
        yield* first();
        yield* second();
      });
    expect(
      both(
        () => m.k.downRead(lock),
        () => m.lock(lock),
      ),
    ).toThrow(/stuck/);
    expect(
      both(
        () => m.lock(lock),
        () => m.k.downRead(lock),
      ),
    ).toThrow(/stuck/);
  });

  it('complain of a release too many', () => {
    const { w, mapping, m } = setup();
    expect(runAlone(w.cells.cells, () => m.k.upRead(mapping.iMmapLock)).faults[0]?.code).toBe('LIVE');
  });
});

describe('tlb_flush_pending', () => {
  it('counts who has announced an invalidation', () => {
    const { w, mm, m } = setup();
    const { value } = runAlone(w.cells.cells, function* () {
      const seen: boolean[] = [];
      const look = function* (): Step<void> {
        seen.push((yield* read(mm.tlbFlushPending)) > 0, yield* m.k.mmTlbFlushNested(mm));
      };
      yield* look();
      yield* m.k.incTlbFlushPending(mm);
      yield* look();
      yield* m.k.incTlbFlushPending(mm);
      yield* look();
      yield* m.k.decTlbFlushPending(mm);
      yield* m.k.decTlbFlushPending(mm);
      yield* look();
      return seen;
    });
    expect(value).toEqual([false, false, true, false, true, true, false, false]);
  });
});
