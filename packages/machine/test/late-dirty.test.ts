import { type ArchPlugin, addrOf, PTE_ZERO, pteById } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { intrudeAt, Machine, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

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

const KEEPS = { choose: () => 0 };
const EVICTS = { choose: () => 1 };

function setup(atomic: boolean) {
  const w = new World(lateToy(atomic), { block: 4 }, [1], ['DIRTY']);
  const vma = w.vma({ pages: 1 });
  w.mapFrames(vma, w.frames.add({ pages: 1 }));
  w.seal();
  const entries = wordEntries(w);
  const [ptep] = vma.table.entries;
  if (ptep === undefined) throw new Error('no entry');
  const kernel = () => new Machine(w, 0, entries);
  const user = () => new UserCpu(new Machine(w, 1, entries), vma);
  const isDirty = (memory: Int32Array) => w.arch.values.pteDirty(pteById(memory[ptep.cell] ?? 0));
  const forgotten = (memory: Int32Array) => {
    const found: string[] = [];
    const view = { get: (cell: number) => memory[cell] ?? 0, set: () => undefined };
    for (const o of w.observers) o.end?.(view, { fail: (code) => void found.push(code) });
    return found;
  };
  return { w, vma, ptep, kernel, user, isDirty, forgotten, store: () => user().store(0) };
}

describe.each([true, false])('a TLB that is late, atomic: %s', (atomic) => {
  it('leaves memory clean at the store, and makes it dirty at the eviction', () => {
    const { w, store, isDirty } = setup(atomic);
    expect(isDirty(runAlone(w.cells.cells, store, KEEPS).memory)).toBe(false);
    const { memory, steps } = runAlone(w.cells.cells, store, EVICTS);
    expect(isDirty(memory)).toBe(true);
    const labels = steps.map((s) => s.op.label).filter((label) => label.startsWith('TLB evicts'));
    expect(labels).toEqual(
      atomic ? ['TLB evicts pte[0]'] : ['TLB evicts pte[0]: reads', 'TLB evicts pte[0]: writes back'],
    );
  });

  it('serves the next access, or evicts before it walks again', () => {
    const { w, user, isDirty } = setup(atomic);
    const twice = (answers: number[]) =>
      runAlone(
        w.cells.cells,
        function* (): Step<void> {
          const cpu = user();
          yield* cpu.store(0);
          yield* cpu.store(0);
        },
        { choose: () => answers.shift() ?? 0 },
      );
    // Kept, hit, kept; and kept, walked, kept.
    expect(isDirty(twice([0, 0, 0]).memory)).toBe(false);
    expect(isDirty(twice([0, 1, 0]).memory)).toBe(true);
  });

  it('is believed to remember at the end what it has not told yet', () => {
    const { w, ptep, store, forgotten } = setup(atomic);
    const { memory } = runAlone(w.cells.cells, store, KEEPS);
    expect(forgotten(memory)).toEqual([]);
    memory[w.tlbs.word(1, ptep.table.mm, ptep.vpn)] = 0;
    expect(forgotten(memory)).toEqual(['DIRTY']);
  });

  it('writes back when it is invalidated, and then has nothing left to evict', () => {
    const { w, vma, kernel, store, isDirty } = setup(atomic);
    const stored = runAlone(w.cells.cells, store).steps.findIndex((s) => s.op.label === 'store page 0');
    const flush = () => kernel().tlb.flushTlbPage(vma, addrOf(vma.start));
    const { memory, steps } = runAlone(w.cells.cells, () => intrudeAt(store(), stored + 1, flush), EVICTS);
    expect(isDirty(memory)).toBe(true);
    expect(steps.some((s) => s.op.label.endsWith('writes back'))).toBe(false);
  });

  it('says of each step of an eviction which words it looks at: the entry and the translation', () => {
    const { w, ptep, store } = setup(atomic);
    const { steps } = runAlone(w.cells.cells, store, EVICTS);
    const tlb = w.tlbs.word(1, ptep.table.mm, ptep.vpn);
    const evictions = steps.filter((s) => s.op.label.startsWith('TLB evicts'));
    expect(evictions).toHaveLength(atomic ? 1 : 2);
    for (const { op } of evictions) {
      expect(op.cells).toEqual(expect.arrayContaining([tlb, ptep.cell]));
      expect(op.cells.every((cell) => cell >= 0)).toBe(true);
    }
  });

  it(atomic ? 'looks at the entry as it is' : 'overwrites what happened to the entry meanwhile', () => {
    const { w, ptep, kernel, store } = setup(atomic);
    const last = runAlone(w.cells.cells, store, EVICTS).steps.length - 1;
    const clear = () => kernel().entries.xchg(ptep, PTE_ZERO, 'clear');
    const { memory } = runAlone(w.cells.cells, () => intrudeAt(store(), last, clear), EVICTS);
    expect(memory[ptep.cell] === PTE_ZERO.id).toBe(atomic);
  });
});
