/** Observers look at every CPU, every frame and every flag. */
import { addrOf, type InvariantCode, PTE_ZERO, type PteWord, ptepOf, type VmaFlags } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type Machine as M,
  Machine,
  type MapSpec,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const CPUS = [1, 2, 3];

/** Eight pages in blocks of four, mapped as `spec` says. User threads may run on three CPUs. */
function world(invariants: InvariantCode[], spec: MapSpec = {}, flags: VmaFlags = {}) {
  const w = new World(exchangeToy(), { block: 4 }, CPUS, invariants);
  const vma = w.vma({ pages: 8, flags });
  w.mapFrames(vma, w.frames.add({ pages: 8 }), spec);
  w.seal();
  const m = (cpu: number) => new Machine(w, cpu, wordEntries(w));
  const run = (body: () => Step<unknown>, memory?: Int32Array) =>
    runAlone(w.cells.cells, body, memory === undefined ? {} : { memory });
  const codes = (body: (kernel: M) => Step<unknown>, memory?: Int32Array) =>
    run(() => body(m(0)), memory).faults.map((f) => f.code);
  const ptep = (i: number) => ptepOf(vma, vma.start + i);
  const initial = (i: number): PteWord => w.entryIn((cell) => w.cells.cells[cell]?.initial ?? 0, ptep(i));
  return { w, v: w.arch.values, vma, m, run, codes, ptep, initial };
}

describe('a translation that outlives an operation', () => {
  const used = (s: ReturnType<typeof world>, cpu: number, how: 'load' | 'store') =>
    s.run(() => new UserCpu(s.m(cpu), s.vma)[how](5)).memory;

  it.each(CPUS)('is STALE on cpu%d, whoever else is clean', (cpu) => {
    const s = world(['STALE'], { write: true });
    const before = used(s, cpu, 'load');
    const unmap = (flush: boolean) =>
      function* (m: M): Step<void> {
        yield* m.entries.xchg(s.ptep(5), PTE_ZERO, 'clear');
        if (flush) yield* m.tlb.flushTlbPage(s.vma, addrOf(s.ptep(5).vpn));
        yield* m.completes('unmapped', s.vma);
      };
    expect(s.codes(unmap(true), before)).toEqual([]);
    const { faults } = s.run(() => unmap(false)(s.m(0)), before);
    expect(faults.map((f) => f.code)).toEqual(['STALE']);
    expect(faults[0]?.message).toContain(`cpu${cpu} `);
  });

  it.each(CPUS)('is PERM on cpu%d, if it allows stores', (cpu) => {
    const s = world(['PERM'], { write: true });
    function* protect(m: M): Step<void> {
      yield* m.entries.update(s.ptep(5), m.v.pteWrprotect, 'protect');
      yield* m.completes('read-only', s.vma);
    }
    expect(s.codes(protect, used(s, cpu, 'store'))).toEqual(['PERM']);
    const reader = world(['PERM'], { write: false });
    expect(reader.codes((m) => m.completes('read-only', reader.vma), used(reader, cpu, 'load'))).toEqual([]);
  });

  it('is neither outside the range of the operation', () => {
    const s = world(['STALE'], { write: true });
    const loaded = used(s, 2, 'load');
    const before = s.run(() => s.m(0).entries.xchg(s.ptep(5), PTE_ZERO, 'clear'), loaded).memory;
    const { start } = s.vma;
    expect(s.codes((m) => m.completes('unmapped', s.vma, start, start + 5), before)).toEqual([]);
    expect(s.codes((m) => m.completes('unmapped', s.vma, start + 6, start + 8), before)).toEqual([]);
    expect(s.codes((m) => m.completes('unmapped', s.vma, start + 5, start + 6), before)).toEqual(['STALE']);
  });
});

describe('CONT', () => {
  const set = (s: ReturnType<typeof world>, m: M, i: number, pte: PteWord) =>
    m.entries.writeOnce(s.ptep(i), pte, 'setPte');

  it('is broken by another frame in a valid entry, contiguous or not', () => {
    const s = world(['CONT'], { folded: false });
    expect(s.codes((m) => set(s, m, 1, s.v.pteAdvancePfn(s.initial(1), 1)))).toEqual(['CONT']);
    // Flags and permissions of the same frame change freely.
    expect(s.codes((m) => set(s, m, 1, s.v.pteMkyoung(s.v.pteWrprotect(s.initial(1)))))).toEqual([]);
  });

  it('is kept by break before make, and the invalidation is part of it', () => {
    const change = (to: (pte: PteWord) => PteWord, flush: boolean) => {
      const s = world(['CONT'], { folded: false });
      return s.codes(function* (m): Step<void> {
        yield* m.entries.xchg(s.ptep(6), PTE_ZERO, 'clear');
        if (flush) yield* m.tlb.flushTlbPage(s.vma, addrOf(s.ptep(6).vpn));
        yield* set(s, m, 6, to(s.initial(6)));
      });
    };
    const { v } = world([]);
    const moved = (pte: PteWord) => v.pteAdvancePfn(pte, 1);
    expect([change(moved, true), change(moved, false)]).toEqual([[], ['CONT']]);
    expect(change((pte) => pte, false)).toEqual([]);
  });

  it('is broken by a block whose frames are not aligned as its addresses are', () => {
    for (const shift of [0, 1, 2, 3]) {
      const s = world(['CONT'], { pages: 0 });
      const first = s.v.pfnPte(0x40 + shift, s.v.mkProt({ read: true, write: true }));
      const { faults } = s.run(function* (): Step<void> {
        const m = s.m(0);
        for (let i = 0; i < 4; i++) yield* set(s, m, i, s.v.pteMkcont(s.v.pteAdvancePfn(first, i)));
      });
      expect(faults.length > 0, `frames from 0x${(0x40 + shift).toString(16)}`).toBe(shift > 0);
      if (shift > 0) expect(faults[0]?.message).toContain('not aligned');
    }
  });

  it('is broken by a block in which one entry leads elsewhere', () => {
    for (const odd of [0, 1, 2, 3]) {
      const s = world(['CONT'], { pages: 0 });
      const first = s.v.pfnPte(0x40, s.v.mkProt({ read: true, write: true }));
      const found = s.codes(function* (m): Step<void> {
        for (let i = 0; i < 4; i++) {
          const pte = s.v.pteMkcont(s.v.pteAdvancePfn(first, i === odd ? i + 4 : i));
          yield* set(s, m, i, pte);
        }
      });
      expect(found, `entry ${odd}`).toContain('CONT');
    }
  });
});

describe('an entry that maps a frame nobody made', () => {
  const sets = (make: (s: ReturnType<typeof world>) => PteWord, flags = {}) => {
    const s = world(['ENC'], { folded: false }, flags);
    return s.codes((m) => m.pte.setPte(s.ptep(0), make(s)));
  };
  const prot = { read: true, write: false };

  it('is ENC: an empty entry that was given permissions maps frame 0', () => {
    expect(sets((s) => s.v.pteModify(PTE_ZERO, s.v.mkProt(prot)))).toEqual(['ENC']);
    expect(sets((s) => s.v.pfnPte(0x4f, s.v.mkProt(prot)))).toEqual(['ENC']);
    expect(sets((s) => s.v.pfnPte(0x47, s.v.mkProt(prot)))).toEqual([]);
  });

  it('is none where pages have no frame: a special entry, an area of VM_PFNMAP', () => {
    const stray = (s: ReturnType<typeof world>) => s.v.pfnPte(0x4f, s.v.mkProt(prot));
    expect(sets((s) => s.v.pteMkspecial(stray(s)))).toEqual([]);
    expect(sets(stray, { pfnmap: true })).toEqual([]);
  });
});

describe.each(['TORN', 'ENC'] as const)('%s', (code) => {
  it('is broken by a flag that no entry of the mapping ever had', () => {
    const s = world([code], { folded: false });
    const obtains = (make: (pte: PteWord) => PteWord) =>
      s.codes((m) => m.obtained(s.ptep(1), make(s.initial(1))));
    expect(obtains((pte) => pte)).toEqual([]);
    expect(obtains(s.v.pteMkyoung)).toEqual([code]);
    expect(obtains(s.v.pteMkdirty)).toEqual([code]);
  });

  it('is kept where hardware set the flag, or an entry began with it', () => {
    const s = world([code], { folded: false });
    const young = s.run(() => new UserCpu(s.m(2), s.vma).load(1)).memory;
    const obtained = (m: M) => m.obtained(s.ptep(1), s.v.pteMkyoung(s.initial(1)));
    expect(s.codes(obtained, young)).toEqual([]);
    const begun = world([code], { folded: false, young: true });
    expect(begun.codes((m) => m.obtained(begun.ptep(1), begun.initial(1)))).toEqual([]);
    expect(begun.v.pteYoung(begun.initial(1))).toBe(true);
  });
});
