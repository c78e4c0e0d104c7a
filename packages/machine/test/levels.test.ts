import { type ArchPlugin, addrOf, defineArch, type InvariantCode, PTE_ZERO, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { blockToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { freeTable, Machine, runAlone, UserCpu, World, wordEntries } from '../src/index.js';

/** CPUs that fill ahead of accesses and keep several translations, with and without break before make. */
const anySize = defineArch({
  ...flatToy,
  id: 'any-size',
  capabilities: [...flatToy.capabilities, 'speculativeFill', 'severalTranslations'],
});
const breaking = defineArch({
  ...blockToy,
  id: 'breaking',
  capabilities: [...blockToy.capabilities, 'speculativeFill', 'severalTranslations'],
});
const level2 = defineArch({ ...breaking, id: 'bbm2', bbm: { level: 2, aborts: false } });
const level2Aborts = defineArch({ ...breaking, id: 'bbm2-aborts', bbm: { level: 2, aborts: true } });

function build(arch: ArchPlugin, leads: 'table' | 'none' = 'none', invariants: InvariantCode[] = ['CONT']) {
  const w = new World(arch, { block: 1 }, [0, 1], invariants);
  const vma = w.vma({ pages: 2 });
  const slot = w.pmds.add(vma, { leads });
  const huge = w.frames.add({ name: 'huge', pages: 2, huge: true });
  const small = w.frames.add({ name: 'small', pages: 2 });
  w.mapFrames(vma, leads === 'none' ? huge : small, { huge: leads === 'none', dirty: true, young: true });
  w.seal();
  return { w, vma, slot, huge, small, on: (cpu: number) => new Machine(w, cpu, wordEntries(w), `cpu${cpu}`) };
}

const run = <T>(s: ReturnType<typeof build>, body: () => Step<T>, memory?: Int32Array) =>
  runAlone(s.w.cells.cells, body, memory === undefined ? {} : { memory });

/** The frame numbers that a CPU may reach by a page. */
const reaches = (s: ReturnType<typeof build>, memory: Int32Array, cpu: number, page: number) =>
  s.w.tlbs.translations((c) => memory[c] ?? 0, cpu, s.vma.mm, s.vma.start + page).map(s.w.arch.values.ptePfn);

/** The table, mapped like the huge page, takes its place at once. */
function* toTable(s: ReturnType<typeof build>, m: Machine) {
  const leaf = yield* m.pmd.pmdpGet(s.slot.pmdp);
  for (const [i, ptep] of s.vma.table.entries.entries()) {
    const pte = m.v.pteMkdirty(m.v.pteMkyoung(m.v.pfnPte(m.p.pmdPfn(leaf) + i, m.v.mkProt(s.vma.prot))));
    yield* m.pte.setPteAt(s.vma.mm, addrOf(ptep.vpn), ptep, pte);
  }
  yield* m.pmd.setPmdAt(s.vma.mm, addrOf(s.vma.start), s.slot.pmdp, m.p.pmdPopulate(s.slot.pfn));
}

describe('a leaf of the upper level', () => {
  it('maps as many pages as the table has entries, from a multiple of 512 frames on', () => {
    const s = build(anySize);
    const user = new UserCpu(s.on(1), s.vma);
    const { memory } = run(s, () => user.store(1));
    expect(s.huge.frames[0]!.pfn % 0x200).toBe(0);
    expect(reaches(s, memory, 1, 1)).toEqual([s.huge.frames[1]!.pfn]);
    // One translation of the whole leaf: the other page has it, too.
    expect(reaches(s, memory, 1, 0)).toEqual([s.huge.frames[0]!.pfn]);
  });

  it('is refused where its frames, or its number of pages, do not fit', () => {
    const s = build(anySize);
    const odd = s.w.frames.add({ name: 'odd', pages: 2 });
    expect(() => s.w.mapFrames(s.vma, odd, { huge: true })).toThrow(/no multiple of 0x200/);
    const long = s.w.frames.add({ name: 'long', pages: 4, huge: true });
    expect(() => s.w.mapFrames(s.vma, long, { huge: true })).toThrow(/has 4 pages/);
    const other = s.w.vma({ pages: 2 });
    expect(() => s.w.mapFrames(other, s.huge, { huge: true })).toThrow(/no upper level/);
  });

  it('loses its translation to the invalidation of any of its pages', () => {
    const s = build(anySize);
    const before = run(s, () => new UserCpu(s.on(1), s.vma).load(0)).memory;
    const one = () => s.on(0).tlb.flushTlbPage(s.vma, addrOf(s.vma.start + 1));
    expect(reaches(s, run(s, one, before).memory, 1, 0)).toEqual([]);
  });

  it('keeps it where a broadcast names the size of pages, and loses it where it names its own', () => {
    const s = build(breaking);
    const before = run(s, () => new UserCpu(s.on(1), s.vma).load(0)).memory;
    const flush = (size?: 'pte' | 'pmd') => () =>
      s.on(0).tlb.flushTlbRange(s.vma, addrOf(s.vma.start), addrOf(s.vma.end), false, size);
    const left = (size?: 'pte' | 'pmd') => reaches(s, run(s, flush(size), before).memory, 1, 0).length;
    expect([left('pte'), left('pmd'), left()]).toEqual([1, 0, 0]);
  });
});

describe('two sizes in one TLB', () => {
  const both = (arch: ArchPlugin) => {
    const s = build(arch);
    const seen = run(s, () => new UserCpu(s.on(1), s.vma).load(0)).memory;
    const changed = run(s, () => toTable(s, s.on(0)), seen);
    // The look-up of page 0 has the leaf; the walk is chosen, and fills the page.
    const walks = { memory: changed.memory, choose: (n: number) => n - 1 };
    const after = runAlone(s.w.cells.cells, () => new UserCpu(s.on(1), s.vma).load(0), walks);
    return { s, faults: [...changed.faults, ...after.faults].map((f) => f.message), memory: after.memory };
  };

  it('is no fault where the CPU does not ask for a break', () => {
    expect(both(anySize).faults).toEqual([]);
  });

  it('is CONT where it does, at the store and at the walk', () => {
    const { faults } = both(breaking);
    expect(faults[0]).toMatch(/a table after a leaf without break before make/);
    expect(faults[1]).toMatch(/two sizes/);
  });

  it('is allowed by FEAT_BBM level 2, if the CPU takes no conflict abort', () => {
    expect(both(level2).faults).toEqual([]);
    expect(both(level2Aborts).faults).toEqual([expect.stringMatching(/conflict abort/)]);
  });

  it('lets either answer where both lead somewhere', () => {
    const s = build(anySize);
    const seen = run(s, () => new UserCpu(s.on(1), s.vma).load(0)).memory;
    const m = s.on(0);
    const other = function* () {
      const { pmdp, pfn } = s.slot;
      const pte = m.v.pteMkyoung(m.v.pfnPte(s.small.frames[0]!.pfn, m.v.mkProt(s.vma.prot)));
      yield* m.pte.setPteAt(s.vma.mm, addrOf(s.vma.start), ptepOf(s.vma, s.vma.start), pte);
      yield* m.pmd.setPmdAt(s.vma.mm, addrOf(s.vma.start), pmdp, m.p.pmdPopulate(pfn));
    };
    const changed = run(s, other, seen).memory;
    const after = runAlone(s.w.cells.cells, () => new UserCpu(s.on(1), s.vma).load(0), {
      memory: changed,
      choose: (n) => n - 1,
    }).memory;
    const frames = reaches(s, after, 1, 0).sort((a, b) => a - b);
    expect(frames).toEqual([s.small.frames[0]!.pfn, s.huge.frames[0]!.pfn].sort((a, b) => a - b));
  });
});

describe('tables that move', () => {
  it('are walked by the value of the entry, and remembered by walk caches', () => {
    const s = build(anySize, 'table');
    const to = s.w.vma({ pages: 2, name: 'new' });
    const slot = s.w.pmds.add(to, { leads: 'none' });
    const m = s.on(0);
    const move = function* () {
      const pmd = yield* m.pmd.pmdpGet(s.slot.pmdp);
      yield* m.pmd.pmdClear(s.slot.pmdp);
      yield* m.pmd.setPmdAt(to.mm, addrOf(to.start), slot.pmdp, pmd);
    };
    const moved = run(s, move).memory;
    const read = runAlone(s.w.cells.cells, () => new UserCpu(s.on(1), to, { faults: false }).load(1), {
      memory: moved,
    });
    expect(read.value).toBe(true);
    expect(s.w.pmds.cached(slot, read.memory[slot.walkCaches.get(1)!] ?? 0)).toEqual([s.slot]);
    const here = s.w.tlbs.translations((c) => read.memory[c] ?? 0, 1, to.mm, to.start + 1);
    expect(here.map(m.v.ptePfn)).toContain(s.small.frames[1]!.pfn);
  });

  it('are shared: a change below is seen by both areas', () => {
    const w = new World(anySize, {}, [1], []);
    const [a, b] = [
      w.vma({ pages: 1, name: 'a', mm: w.mm('A') }),
      w.vma({ pages: 1, name: 'b', mm: w.mm('B') }),
    ];
    const slot = w.pmds.add(a, {});
    w.pmds.add(b, { leads: slot });
    const frames = w.frames.add({ pages: 1 });
    w.mapFrames(a, frames, { young: true });
    const load = () => new UserCpu(new Machine(w, 1, wordEntries(w)), b, { faults: false }).load(0);
    expect(runAlone(w.cells.cells, load).value).toBe(true);
    expect(() => w.pmds.add(w.vma({ pages: 2 }), { leads: slot })).toThrow(/cannot share/);
  });

  it('must not be freed while an entry, or a walk cache of another area, leads there', () => {
    const s = build(anySize, 'table', ['PTUAF']);
    const free = () => freeTable(s.on(0), s.slot);
    expect(run(s, free).faults.map((f) => f.message)).toEqual([
      expect.stringMatching(/an entry leads to it/),
    ]);
    const cleared = run(s, () => s.on(0).pmd.pmdClear(s.slot.pmdp)).memory;
    expect(run(s, free, cleared).faults.map((f) => f.message)).toEqual([
      expect.stringMatching(/walk cache of cpu0/),
      expect.stringMatching(/walk cache of cpu1/),
    ]);
  });

  it('lead nowhere where no table is: ENC', () => {
    const s = build(anySize, 'table', ['ENC']);
    const m = s.on(0);
    const wild = () => m.pmd.setPmdAt(s.vma.mm, 0, s.slot.pmdp, m.p.pmdPopulate(0));
    expect(run(s, wild).faults[0]?.message).toMatch(/no table in that frame/);
    const empty = () => m.pmd.setPmdAt(s.vma.mm, 0, s.slot.pmdp, PTE_ZERO);
    expect(run(s, empty).faults).toEqual([]);
  });
});

describe('walkers of another kind', () => {
  const stepsOf = (updates: 'atomic' | 'cmpxchg' | 'or' | 'store') => {
    const w = new World(flatToy, {}, [1], ['ENC', 'DIRTY']);
    const vma = w.vma({ pages: 1 });
    w.mapFrames(vma, w.frames.add({ pages: 1 }));
    w.seal();
    const m = new Machine(w, 1, wordEntries(w), 'user');
    const [ptep] = vma.table.entries;
    /** Another CPU empties the entry as soon as it was read. */
    const { cell } = ptep!;
    const user = new UserCpu(m, vma, { updates, faults: false }).store(0);
    const memory = runAlone(w.cells.cells, function* () {}).memory;
    const alone = runAlone(w.cells.cells, () => user, { memory });
    return { w, cell, labels: alone.steps.map((p) => p.op.label), memory: alone.memory, value: alone.value };
  };

  it('update in a step of their own', () => {
    expect(stepsOf('atomic').labels.some((l) => l.startsWith('walker updates'))).toBe(false);
    for (const updates of ['cmpxchg', 'or', 'store'] as const) {
      const s = stepsOf(updates);
      expect(s.labels).toContain('walker updates pte[0]');
      expect(s.value).toBe(true);
      const pte = s.w.entryIn((c) => s.memory[c] ?? 0, s.w.vmas[0]!.table.entries[0]!);
      expect([flatToy.values.pteYoung(pte), flatToy.values.pteDirty(pte)]).toEqual([true, true]);
    }
  });

  it('belong to one CPU where CPUs differ', () => {
    const never = { ...flatToy.walker, walk: () => ({ ok: false, fault: 'access-flag' }) as const };
    const w = new World(flatToy, {}, [0, 1], []);
    const vma = w.vma({ pages: 1 });
    w.mapFrames(vma, w.frames.add({ pages: 1 }));
    const load = (cpu: number, walker = flatToy.walker) =>
      runAlone(w.cells.cells, () =>
        new UserCpu(new Machine(w, cpu, wordEntries(w)), vma, { faults: false, walker }).load(0),
      ).value;
    expect([load(0), load(1, never)]).toEqual([true, false]);
  });
});
