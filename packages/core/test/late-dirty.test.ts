import { describe, expect, it } from 'vitest';
import {
  type ArchPlugin,
  addrOf,
  intrudeAt,
  Machine,
  PTE_ZERO,
  pteById,
  runAlone,
  type Step,
  UserCpu,
  World,
  wordEntries,
} from '../src/index.js';
import { toyArch } from './toy.js';

/** The toy with a TLB that tells memory of stores when it gives a translation up. */
function lateToy(atomic: boolean): ArchPlugin {
  const { walker, values } = toyArch();
  return toyArch({
    walker: {
      walk(entry, access) {
        const result = walker.walk(entry, access);
        return result.ok ? { ...result, entry: values.pteMkyoung(entry) } : result;
      },
      permits: walker.permits,
      late: {
        atomic,
        writeBack: (entry, cached) =>
          values.pteValid(entry) && values.pteDirty(cached) ? values.pteMkdirty(entry) : entry,
      },
    },
  });
}

function setup(atomic: boolean) {
  const w = new World(lateToy(atomic), { block: 4 }, [1], []);
  const vma = w.vma({ pages: 1 });
  w.mapFolio(vma, w.folio({ pages: 1 }));
  w.seal();
  const entries = wordEntries(w);
  const [ptep] = vma.table.entries;
  if (ptep === undefined) throw new Error('no entry');
  const kernel = () => new Machine(w, 0, entries);
  const store = () => new UserCpu(new Machine(w, 1, entries), vma).store(0);
  const entryIn = (memory: Int32Array) => pteById(memory[ptep.cell] ?? 0);
  return { w, vma, ptep, kernel, store, entryIn, v: w.arch.values };
}

describe.each([true, false])('a TLB that is late, atomic: %s', (atomic) => {
  it('leaves memory clean at the store, and makes it dirty at the eviction', () => {
    const { w, store, entryIn, v } = setup(atomic);
    const { steps, memory } = runAlone(w.cells.cells, store);
    const labels = steps.map((s) => s.op.label);
    const eviction = atomic ? ['evicts pte[0]'] : ['evicts pte[0]: reads', 'evicts pte[0]: writes back'];
    expect(labels.slice(-eviction.length)).toEqual(eviction.map((e) => `TLB ${e}`));
    expect(v.pteDirty(entryIn(memory))).toBe(true);
    const stored = labels.indexOf('store page 0');
    let dirty = true;
    runAlone(w.cells.cells, () =>
      intrudeAt(store(), stored + 1, function* (): Step<void> {
        dirty = v.pteDirty(yield* setup(atomic).kernel().entries.readOnce(setup(atomic).ptep, 'look'));
      }),
    );
    expect(dirty).toBe(false);
  });

  it('writes back when it is invalidated, and then has nothing left to evict', () => {
    const { w, vma, kernel, store, entryIn, v } = setup(atomic);
    const stored = runAlone(w.cells.cells, store).steps.findIndex((s) => s.op.label === 'store page 0');
    const flush = () => kernel().tlb.flushTlbPage(vma, addrOf(vma.start));
    const { memory, steps } = runAlone(w.cells.cells, () => intrudeAt(store(), stored + 1, flush));
    expect(v.pteDirty(entryIn(memory))).toBe(true);
    expect(steps.some((s) => s.op.label.endsWith('writes back'))).toBe(false);
  });

  it(atomic ? 'looks at the entry as it is' : 'overwrites what happened to the entry meanwhile', () => {
    const { w, ptep, kernel, store, entryIn } = setup(atomic);
    const last = runAlone(w.cells.cells, store).steps.length - 1;
    const clear = () => kernel().entries.xchg(ptep, PTE_ZERO, 'clear');
    const { memory } = runAlone(w.cells.cells, () => intrudeAt(store(), last, clear));
    expect(entryIn(memory) === PTE_ZERO).toBe(atomic);
  });
});
