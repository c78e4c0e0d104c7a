import { PTE_ZERO } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { intrudeAt, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

/** A toy on which a store through a clean entry faults. */
function setup() {
  const { walker, values } = toyArch();
  const arch = toyArch({
    walker: {
      walk(entry, access) {
        const clean = values.pteValid(entry) && !values.pteDirty(entry);
        return access === 'store' && clean ? { ok: false, fault: 'permission' } : walker.walk(entry, access);
      },
      permits: walker.permits,
    },
  });
  const w = new World(arch, { block: 4 }, [1], []);
  linux(w);
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true });
  w.seal();
  const [ptep] = vma.table.entries;
  if (ptep === undefined) throw new Error('no entry');
  const m = new Machine(w, 1, wordEntries(w));
  const fault = (lastLeft: number) =>
    m.k.handlePteFault({ vma, ptep, access: 'store', history: { lastLeft } });
  /** Somebody cleans the entry, or takes it away. */
  const undo = function* (): Step<void> {
    const clean = m.v.pteMkclean(yield* m.entries.readOnce(ptep, 'look'));
    yield* m.entries.xchg(ptep, clean, 'clean');
  };
  return { w, m, ptep, fault, undo };
}

describe('handlePteFault', () => {
  it('does not wait where the same fault is handled once more because somebody undid what was done', () => {
    const { w, ptep, fault, undo } = setup();
    const left = runAlone(w.cells.cells, () => fault(-1)).value;
    const steps = runAlone(w.cells.cells, () => fault(left)).steps.length;
    // After the last step, and right after the lock was dropped, which comes to the same.
    const { value, memory } = runAlone(w.cells.cells, () => intrudeAt(fault(left), steps - 1, undo));
    expect(value).toBe(left);
    expect(memory[ptep.cell]).not.toBe(PTE_ZERO.id);
  });

  it('waits for somebody else where it leaves what faults again', () => {
    const { w, m, ptep, fault } = setup();
    // It stores nothing: the entry stays clean, and the hardware faults on it.
    w.binder.replace({
      *ptepSetAccessFlags(): Step<boolean> {
        yield* m.entries.readOnce(ptep, 'only looks');
        return false;
      },
    });
    const left = runAlone(w.cells.cells, () => fault(-1)).value;
    expect(() => runAlone(w.cells.cells, () => fault(left))).toThrow(`faults again on ${ptep.name}`);
  });
});
