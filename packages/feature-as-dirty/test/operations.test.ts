/** What the helpers do, step by step, when nobody else is there. */
import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type FunctionTable,
  Machine,
  type Notifier,
  type Patch,
  runAlone,
  World,
  wordEntries,
} from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { asDirtyRaces } from '../src/index.js';
import type { PfnRangeApply } from '../src/ops/apply-to-pfn-range.js';
import { AS_DIRTY_HELPERS } from '../src/ops/as-dirty-helpers.js';
import { FLUSH_UNDER_PTL } from '../src/ops/patches.js';
import { makeDevice } from '../src/setup.js';
import { makeTracked } from '../src/tracked.js';
import { toy, tracking } from './toy.js';

function device(spec: Parameters<typeof makeDevice>[1] = {}, patch: Patch = {}) {
  const w = new World(toy, { block: 4 }, [1], []);
  linux(w);
  const s = makeDevice(w, spec);
  w.binder.replace(patch as FunctionTable);
  w.seal();
  return { w, s, m: new Machine(w, 0, wordEntries(w)) };
}

const labelsOf = (w: World, body: () => Step<unknown>) =>
  runAlone(w.cells.cells, body).steps.map((step) => step.op.label);

describe('applyToPfnRange', () => {
  const visits = (answers: number[]) => {
    const { w, s, m } = device({ pages: 3 });
    const seen: number[] = [];
    const closure: PfnRangeApply = {
      mm: s.vma.mm,
      alloc: 0,
      *ptefn(pte, token, addr) {
        seen.push(addr / addrOf(1) - s.vma.start);
        expect(token).toBe(s.vma.table);
        yield* m.entries.readOnce(pte, 'look');
        return answers.shift() ?? 0;
      },
    };
    const run = (from: number, pages: number) =>
      runAlone(w.cells.cells, () => m.k.applyToPfnRange(closure, addrOf(s.vma.start + from), addrOf(pages)));
    return { run, seen, closure };
  };

  it('visits the entries of the range under one lock, with their addresses', () => {
    const { run, seen } = visits([]);
    const { value, steps } = run(1, 2);
    expect([value, seen]).toEqual([0, [1, 2]]);
    expect(steps.map((s) => s.op.label)).toEqual(['lock ptl', 'look pte[1]', 'look pte[2]', 'unlock ptl']);
  });

  it('ends with the first answer that is not 0, and drops the lock', () => {
    const { run, seen } = visits([0, -7]);
    const { value, steps } = run(0, 3);
    expect([value, seen]).toEqual([-7, [0, 1]]);
    expect(steps.at(-1)?.op.label).toBe('unlock ptl');
  });

  it('passes over addresses without a table, and refuses to guess the address space', () => {
    const { run, seen, closure } = visits([]);
    expect(run(100, 2).value).toBe(0);
    expect(seen).toEqual([]);
    closure.mm = null;
    expect(() => run(0, 1)).toThrow(RangeError);
  });
});

describe('applyAsRange', () => {
  it('takes its locks, tells everybody, and invalidates with no page-table lock held', () => {
    const { w, s, m } = device();
    const told: string[] = [];
    const [starts, ends] = [w.lock('start'), w.lock('end')];
    const notifier: Notifier = {
      name: 'guest',
      mm: s.vma.mm,
      *invalidateRangeStart({ event, start, end }) {
        told.push(`start ${event} ${end - start}`);
        yield* m.trylock(starts);
      },
      *invalidateRangeEnd() {
        told.push('end');
        yield* m.trylock(ends);
      },
    };
    w.notifiers.push(notifier);
    expect(labelsOf(w, () => m.k.applyAsWrprotect(s.mapping, 0, 1))).toEqual([
      'lock mapping.i_mmap (read)',
      'trylock start',
      'inc_tlb_flush_pending',
      'lock ptl',
      'ptep_get pte[0]',
      'ptep_get_and_clear pte[0]',
      'set_pte pte[0]',
      'unlock ptl',
      'dsb ishst',
      'tlbi pte[0]',
      'dsb',
      'trylock end',
      'dec_tlb_flush_pending',
      'unlock mapping.i_mmap (read)',
    ]);
    expect(told).toEqual(['start protection-page 1', 'end']);
  });

  it('invalidates under the lock if told to, and nothing if nothing was changed', () => {
    const { w, s, m } = device({}, FLUSH_UNDER_PTL);
    const under = labelsOf(w, () => m.k.applyAsWrprotect(s.mapping, 0, 1));
    expect(under.indexOf('dsb')).toBeLessThan(under.indexOf('unlock ptl'));
    const protectedOnce = device({ areas: [{ write: false }] });
    const again = labelsOf(protectedOnce.w, () =>
      protectedOnce.m.k.applyAsWrprotect(protectedOnce.s.mapping, 0, 1),
    );
    expect(again.some((label) => label.startsWith('tlbi'))).toBe(false);
  });

  it('warns of an area that is no I/O mapping, and leaves it alone', () => {
    const { w, s, m } = device(
      {},
      {
        *readVmFlags(machine, vma) {
          yield* machine.lock(vma.mm.mmapLock);
          return { shared: true, write: true };
        },
      },
    );
    const run = runAlone(w.cells.cells, () => m.k.applyAsWrprotect(s.mapping, 0, 1));
    expect(run.value).toBe(0);
    expect(run.steps.map((step) => step.op.label)).toEqual([
      'lock mapping.i_mmap (read)',
      'lock mm.mmap_lock',
      'WARN_ON pte is huge, or no I/O mapping',
      'unlock mapping.i_mmap (read)',
    ]);
  });
});

describe('clearRefsWrite', () => {
  it('takes marks and write permissions away and invalidates before it lets readers in', () => {
    const w = new World(tracking, { block: 4 }, [1], []);
    linux(w);
    const s = makeTracked(w, true);
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    expect(runAlone(w.cells.cells, () => m.k.pagemapRead(s.vma)).value).toEqual([true]);
    const { memory, steps } = runAlone(w.cells.cells, () => m.k.clearRefsWrite(s.vma.mm));
    expect(runAlone(w.cells.cells, () => m.k.pagemapRead(s.vma), { memory }).value).toEqual([false]);
    const labels = steps.map((step) => step.op.label);
    const flush = labels.findIndex((label) => label.startsWith('IPI'));
    expect(flush).toBeGreaterThan(labels.indexOf('unlock ptl'));
    expect(flush).toBeLessThan(labels.indexOf('unlock mm.mmap_lock'));
  });
});

describe('the names of the patch', () => {
  it('are those of the functions here', () => {
    const names = Object.keys(AS_DIRTY_HELPERS);
    for (const kernel of [
      'apply_to_pfn_range',
      'apply_as_range',
      'apply_pt_wrprotect',
      'apply_pt_clean',
      'apply_as_wrprotect',
      'apply_as_clean',
    ]) {
      const camel = kernel.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
      expect(names).toContain(camel);
    }
    expect(asDirtyRaces).not.toHaveLength(0);
  });
});
