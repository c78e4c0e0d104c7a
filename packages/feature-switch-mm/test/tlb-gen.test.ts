/** Switches and flushes by generation: what a CPU flushes when it comes back, and who is asked the next time. */
import { addrOf, type Mm } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { followMms, linux } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { onePage } from '../src/setup.js';
import { counting } from './toys.js';

/** Two address spaces; CPU 1 ran the first one before and has the second one loaded. */
function world() {
  const w = new World(counting, { block: 1 }, [0, 1], []);
  linux(w);
  const spaces = followMms(w, {});
  const page = onePage(w, 'mm');
  const other = onePage(w, 'other');
  spaces.starts(0, page.mm);
  spaces.ranBefore(1, page.mm);
  spaces.starts(1, other.mm);
  w.seal();
  const run = (cpu: number, body: (m: Machine) => Step<void>, memory?: Int32Array) => {
    const m = new Machine(w, cpu, wordEntries(w));
    const alone = runAlone(w.cells.cells, () => body(m), memory === undefined ? {} : { memory });
    return { memory: alone.memory, labels: alone.steps.map(({ op }) => op.label) };
  };
  const switches = (mm: Mm, memory?: Int32Array) => run(1, (m) => m.k.switchMmIrqsOff(mm), memory);
  const flushes = (memory?: Int32Array) =>
    run(0, (m) => m.tlb.flushTlbPage(page.vma, addrOf(page.vma.start)), memory);
  const freedTables = (memory?: Int32Array) =>
    run(0, (m) => m.k.flushTlbMmRange({ mm: page.mm, pages: null, freedTables: true }), memory);
  const mask = (memory: Int32Array) => memory[page.mm.context?.cpumask ?? -1];
  return { page, switches, flushes, freedTables, mask };
}

describe('a CPU that comes back to an address space', () => {
  it('keeps what it has cached if there was no flush in between', () => {
    const { page, switches } = world();
    const { labels } = switches(page.mm);
    expect(labels.filter((label) => /ctxs\[\d\] = /.test(label))).toEqual([]);
  });

  it('notes the generation that it has looked at if there was one', () => {
    const { page, switches, flushes } = world();
    const { labels } = switches(page.mm, flushes().memory);
    expect(labels.filter((label) => /ctxs\[\d\] = mm at 2/.test(label))).toHaveLength(1);
  });
});

describe('a CPU that runs something else', () => {
  it('is asked by a flush, and not interrupted', () => {
    const { flushes, mask } = world();
    const { labels, memory } = flushes();
    expect(labels.filter((label) => /loaded_mm of cpu1/.test(label))).toHaveLength(1);
    expect(labels.filter((label) => /flush_tlb_func/.test(label))).toHaveLength(1);
    expect(mask(memory)).toBe(3);
  });

  it('leaves the mask once it was interrupted for freed tables, until it comes back', () => {
    const { page, switches, freedTables, mask } = world();
    const first = freedTables();
    const interrupts = (labels: readonly string[]) => labels.filter((label) => /flush_tlb_func/.test(label));
    expect(interrupts(first.labels)).toHaveLength(2);
    expect(mask(first.memory)).toBe(1);
    expect(interrupts(freedTables(first.memory).labels)).toHaveLength(1);
    const back = switches(page.mm, first.memory);
    expect(mask(back.memory)).toBe(3);
    expect(interrupts(freedTables(back.memory).labels)).toHaveLength(2);
  });
});
