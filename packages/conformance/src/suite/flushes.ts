/** Every form of a flush reaches every CPU: tried on three of them, each with a translation of every page. */
import { type ArchPlugin, addrOf, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { entriesOf, initialMemory, Machine, runAlone, World } from '@racewalk/machine';
import { makeEntry } from '../laws/entries.js';

const CPUS: readonly number[] = [0, 1, 2];
const BLOCK = 4;

type Flush = (m: Machine, vma: Vma) => Step<unknown>;

function* twoHalves(m: Machine, vma: Vma): Step<void> {
  yield* m.tlb.flushTlbRangeNosync(vma, addrOf(vma.start), addrOf(vma.end));
  yield* m.tlb.dsb();
}

/** By the kernel's name; each concerns the first page at least. */
const FORMS: Readonly<Record<string, Flush>> = {
  flush_tlb_page: (m, vma) => m.tlb.flushTlbPage(vma, addrOf(vma.start)),
  flush_tlb_range: (m, vma) => m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end)),
  'flush_tlb_range, leaves only': (m, vma) =>
    m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end), true),
  flush_tlb_mm: (m, vma) => m.tlb.flushTlbMm(vma.mm),
  '__flush_tlb_range_nosync and dsb': twoHalves,
  updateAndFlush: (m, vma) => m.tlb.updateAndFlush(ptepOf(vma, vma.start), (pte) => pte),
};

/** What a flush leaves behind, form by form and CPU by CPU, in words; empty if nothing. */
export function flushProblems(arch: ArchPlugin): string[] {
  return Object.entries(FORMS).flatMap(([name, flush]) =>
    CPUS.flatMap((cpu) => {
      const left = leftBy(arch, flush, cpu);
      if (left.length === 0) return [];
      const whose = left.map((c) => (c === cpu ? `cpu${c}, its own` : `cpu${c}`)).join(' and ');
      return `${arch.id}: ${name} on cpu${cpu} leaves the translation in the TLB of ${whose}`;
    }),
  );
}

/** The CPUs on which a translation of the first page is left. */
function leftBy(arch: ArchPlugin, flush: Flush, cpu: number): number[] {
  const w = new World(arch, { block: BLOCK }, CPUS, []);
  const vma = w.vma({ pages: BLOCK });
  w.seal();
  const { tlbs, cells } = w;
  const memory = initialMemory(cells.cells);
  const cached = makeEntry(arch, 0x40, { young: true });
  for (const word of tlbs.words(vma.mm, vma.start, vma.end)) memory[word] = cached.id;
  const m = new Machine(w, cpu, entriesOf(w));
  const after = runAlone(cells.cells, () => flush(m, vma), { memory }).memory;
  return CPUS.filter((c) => tlbs.translations((word) => after[word] ?? 0, c, vma.mm, vma.start).length > 0);
}
