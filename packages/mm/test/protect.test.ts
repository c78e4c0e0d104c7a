/** What a change of the mapping leaves behind: marks, flags, translations, and which locks were held. */
import { addrOf, defineArch, PTE_ZERO, type PteWord, type SwpEntry, type Vma } from '@racewalk/core';
import { OpKind, type Step } from '@racewalk/core/step';
import { Machine, type MapSpec, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { ANON_EXCLUSIVE, linux, PageFlag } from '@racewalk/mm';
import { exchangeToy, flatSpec, trackingSpec } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const CAPABILITIES = ['hwAccess', 'hwDirty', 'broadcastTlbi'] as const;
const flat = defineArch({ ...flatSpec, id: 'flat', title: 'Toy', capabilities: [...CAPABILITIES] });
const tracking = defineArch({
  ...trackingSpec,
  id: 'tracking',
  title: 'Toy with marks of userfaultfd',
  capabilities: [...CAPABILITIES, 'uffdWp'],
});

/** An area of `pages` pages that maps one folio, and a user thread on CPU 1. */
function area(spec: MapSpec, { arch = flat, pages = 3, file = false } = {}) {
  const w = new World(arch, { block: 1 }, [1], []);
  linux(w);
  const mapping = file ? { mapping: w.addressSpace(), flags: { uffdWp: true } } : {};
  const vma = w.vma({ pages, ...mapping });
  const folio = linux(w).folio({ pages, frameFlags: file ? 0 : ANON_EXCLUSIVE });
  linux(w).mapFolio(vma, folio, spec);
  const m = (cpu = 0) => new Machine(w, cpu, wordEntries(w));
  const run = <T>(body: () => Step<T>, memory?: Int32Array) =>
    runAlone(w.cells.cells, body, memory === undefined ? {} : { memory });
  const entries = (memory: Int32Array): PteWord[] =>
    vma.table.entries.map((ptep) => w.entryIn((cell) => memory[cell] ?? 0, ptep));
  /** The pages that a user thread loads from, in this order. */
  const loads = (...at: readonly number[]) =>
    run(function* () {
      const user = new UserCpu(m(1), vma);
      for (const i of at) yield* user.load(i);
    }).memory;
  const cached = (memory: Int32Array) =>
    vma.table.entries.map((ptep) => memory[w.tlbs.word(1, vma.mm, ptep.vpn)] !== 0);
  return { w, vma, folio, m, run, entries, loads, cached };
}

describe('zap_install_uffd_wp_if_needed', () => {
  it('leaves a marker where an entry was armed, and nowhere else', () => {
    const s = area({ young: true }, { arch: tracking, file: true });
    const v = tracking.values;
    const second = s.vma.table.entries[1]!;
    const start = s.w.entryIn((cell) => s.w.cells.cells[cell]?.initial ?? 0, second);
    s.w.setInitial(second, v.pteMkuffdWp(start));
    s.w.seal();
    const { memory } = s.run(() =>
      s.m().k.madviseDontneedSingleVma(s.vma, addrOf(s.vma.start), addrOf(s.vma.end)),
    );
    expect(s.entries(memory).map((pte) => tracking.swap.isPteMarker(pte))).toEqual([false, true, false]);
    expect(s.entries(memory).map((pte) => v.pteNone(pte))).toEqual([true, false, true]);
  });
});

describe('MADV_FREE', () => {
  it('leaves no entry dirty or young, whichever of the two it was, and marks every page', () => {
    for (const spec of [{ dirty: true }, { young: true }, { dirty: true, young: true }]) {
      const s = area({ write: true, ...spec });
      s.w.seal();
      const v = flat.values;
      const { memory } = s.run(() => s.m().k.madviseFreeSingleVma(s.vma));
      for (const pte of s.entries(memory)) {
        expect(
          [v.ptePresent(pte), v.pteWrite(pte), v.pteDirty(pte), v.pteYoung(pte)],
          JSON.stringify(spec),
        ).toEqual([true, true, false, false]);
      }
      expect(s.folio.frames.every((f) => ((memory[f.cell] ?? 0) & PageFlag.LAZYFREE) !== 0)).toBe(true);
    }
  });

  it('flushes every page: a CPU that has one cached as dirty would store without recording it', () => {
    const s = area({ write: true, dirty: true, young: true });
    s.w.seal();
    const before = s.loads(0, 1, 2);
    expect(s.cached(before)).toEqual([true, true, true]);
    expect(s.cached(s.run(() => s.m().k.madviseFreeSingleVma(s.vma), before).memory)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('mprotect', () => {
  const protect = (s: ReturnType<typeof area>, from: number, to: number) =>
    function* (): Step<void> {
      const m = s.m();
      const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
      const change = { prot: { read: true, write: false } };
      yield* m.k.changeProtection(tlb, s.vma, s.vma.start + from, s.vma.start + to, change);
      yield* m.k.tlbFinishMmu(tlb);
    };

  it('flushes the present entries that it changed, and no others', () => {
    const s = area({ write: true, young: true });
    s.w.seal();
    const before = s.loads(0, 1, 2);
    const { memory } = s.run(protect(s, 1, 3), before);
    expect(s.entries(memory).map((pte) => flat.values.pteWrite(pte))).toEqual([true, false, false]);
    expect(s.cached(memory)).toEqual([true, false, false]);
  });

  it('flushes nothing where nothing is present', () => {
    const s = area({ pages: 0 });
    s.w.seal();
    const { steps } = s.run(protect(s, 0, 3));
    expect(steps.some((step) => /tlbi|dsb/.test(step.op.label))).toBe(false);
  });
});

describe('fork', () => {
  const arch = exchangeToy();
  it('changes entries of parent and child under both page-table locks', () => {
    const w = new World(arch, { block: 4 }, [1], []);
    linux(w);
    const vma = w.vma({ pages: 2, start: 0x200, mm: w.mm('parent') });
    const child = w.vma({ pages: 2, start: 0x200, mm: w.mm('child', false), name: 'child' });
    const folio = linux(w).folio({ pages: 2, frameFlags: ANON_EXCLUSIVE });
    linux(w).mapFolio(vma, folio, { write: true });
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const locks = [vma, child].map(({ table }) => table.ptl);
    const watched = [vma, child].flatMap(({ table }) => table.entries.map((p) => p.cell));
    const held: boolean[][] = [];
    const { steps, memory } = runAlone(w.cells.cells, () => m.k.dupMmap(child, vma));
    expect(child.table.entries.every((p) => memory[p.cell] !== PTE_ZERO.id)).toBe(true);
    const now = locks.map(() => false);
    for (const { op } of steps) {
      const at = locks.indexOf(op.cell);
      if (at >= 0) now[at] = op.kind !== OpKind.UNLOCK;
      else if ([op.cell, ...op.cells].some((cell) => watched.includes(cell))) held.push([...now]);
    }
    expect(held.length).toBeGreaterThan(3);
    for (const state of held) expect(state).toEqual([true, true]);
  });

  describe('of what is not present', () => {
    const { swap, values: v } = tracking;
    const migration = (made: SwpEntry) => swap.pteSwpMkuffdWp(swap.swpEntryToPte(made));

    /** Fork over one entry: what parent and child have afterwards. */
    function copy(pte: PteWord, change: Partial<Vma> = {}) {
      const w = new World(tracking, { block: 1 }, [], []);
      linux(w);
      const vma = { ...w.vma({ pages: 1, start: 0x200, mm: w.mm('parent') }), ...change };
      const child = w.vma({ pages: 1, start: 0x200, mm: w.mm('child', false), name: 'child' });
      const folio = linux(w).folio({ pages: 1, frameFlags: ANON_EXCLUSIVE });
      expect(folio.frames[0]!.pfn).toBe(PFN);
      w.setInitial(vma.table.entries[0]!, pte);
      w.seal();
      const m = new Machine(w, 0, wordEntries(w));
      const { memory, value } = runAlone(w.cells.cells, () => m.k.copyPteRange(child, vma));
      const at = (area: Vma) => w.entryIn((cell) => memory[cell] ?? 0, area.table.entries[0]!);
      return { value, parent: at(vma), child: at(child) };
    }

    /** The frame of the first folio of a world. */
    const PFN = (() => linux(new World(tracking, { block: 1 }, [], [])).folio({ pages: 1 }).frames[0]!.pfn)();

    it('a swap entry is in both, and exclusive to neither; the child has no mark', () => {
      const plain = swap.swpEntryToPte({ type: 0, offset: 5 });
      const entry = swap.pteSwpMkexclusive(plain);
      expect(copy(swap.pteSwpMkuffdWp(entry))).toEqual({
        value: 0,
        parent: swap.pteSwpMkuffdWp(plain),
        child: plain,
      });
    });

    it.each([
      ['writable', swap.makeWritableMigrationEntry(PFN)],
      ['exclusive', swap.makeReadableExclusiveMigrationEntry(PFN)],
    ])('a %s migration entry becomes a readable one in both', (_name, made) => {
      const readable = swap.makeReadableMigrationEntry(PFN);
      expect(copy(migration(made))).toEqual({
        value: 0,
        parent: migration(readable),
        child: swap.swpEntryToPte(readable),
      });
      expect(copy(migration(made), { shared: true }).parent).toBe(migration(made));
    });

    it('a marker of userfaultfd stays behind, one of a broken page goes with it', () => {
      const [wp, poisoned] = [1, 2].map((marker) => swap.makePteMarker(marker));
      expect(copy(wp!)).toEqual({ value: 0, parent: wp, child: PTE_ZERO });
      expect(copy(poisoned!)).toEqual({ value: 0, parent: poisoned, child: poisoned });
    });

    it('nothing is nothing', () => {
      expect(copy(PTE_ZERO)).toEqual({ value: 0, parent: PTE_ZERO, child: PTE_ZERO });
      expect(v.pteNone(PTE_ZERO)).toBe(true);
    });
  });
});
