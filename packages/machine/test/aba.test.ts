/** ABA: an exchange that compares is a re-check of what the agent read, and so is a second read in the same call. */
import { PTE_ZERO, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { intrudeAt, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const arch = exchangeToy();

describe('an entry that was read', () => {
  function setup() {
    const w = new World(arch, { block: 1 }, [1], ['ABA']);
    const vma = w.vma({ pages: 1 });
    w.mapFrames(vma, w.frames.add({ pages: 1 }));
    w.contexts.place('reader', 0);
    w.contexts.place('other', 1);
    w.seal();
    const ptep = ptepOf(vma, vma.start);
    const entries = wordEntries(w);
    const reader = new Machine(w, 0, entries, 'reader');
    const other = new Machine(w, 1, entries, 'other');
    const v = arch.values;
    /** Reads, and exchanges if the entry is still the same. */
    function* check(): Step<void> {
      const old = yield* reader.entries.readOnce(ptep, 'look');
      yield* reader.entries.cmpxchg(ptep, old, v.pteMkyoung(old), 'exchange');
    }
    /** Another page comes, and the old one again; or the entry is only empty for a moment. */
    function* replace(recycles: boolean): Step<void> {
      const old = yield* other.entries.readOnce(ptep, 'look');
      yield* other.entries.xchg(ptep, PTE_ZERO, 'clear');
      if (recycles)
        yield* other.entries.xchg(ptep, v.pfnPte(0x77, v.mkProt({ read: true, write: true })), 'other');
      yield* other.entries.xchg(ptep, old, 'back');
    }
    const steps = runAlone(w.cells.cells, check).steps.length;
    const codes = (recycles: boolean) =>
      Array.from({ length: steps + 1 }, (_, at) =>
        runAlone(w.cells.cells, () => intrudeAt(check(), at, () => replace(recycles))).faults.map(
          (f) => f.code,
        ),
      );
    return { steps, codes };
  }

  it('was recycled between the read and the exchange: reported wherever that was', () => {
    const { codes, steps } = setup();
    const found = codes(true).map((all) => all.join());
    expect(found[0]).toBe('');
    expect(found[steps]).toBe('');
    expect(found.slice(1, steps)).toContain('ABA');
  });

  it('was empty for a moment and is the same: not reported', () => {
    expect(setup().codes(false).flat()).toEqual([]);
  });
});
