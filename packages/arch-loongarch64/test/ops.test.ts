/** What the operations leave in an entry, alone and with a store of another CPU in between. */
import { addrOf, type PteWord, pteAny, pteOr, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Machine, type MapSpec, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { describe, expect, test } from 'vitest';
import { loongarch64, loongarch64Ptw } from '../src/index.js';
import { PTE } from '../src/layout.js';

describe.each([loongarch64, loongarch64Ptw])('$id', (arch) => {
  const v = arch.values;

  function bench(spec: MapSpec) {
    const w = new World(arch, {}, [1], []);
    const vma = w.vma({ pages: 1 });
    w.mapFrames(vma, w.frames.add({ pages: 1 }), spec);
    w.seal();
    const machine = (cpu: number) => new Machine(w, cpu, wordEntries(w));
    const ptep = ptepOf(vma, vma.start);
    const read = (memory: Int32Array) => w.entryIn((cell) => memory[cell] ?? 0, ptep);
    const tlb = w.tlbs.word(1, vma.mm, vma.start);
    const run = <T>(body: () => Step<T>, memory?: Int32Array) =>
      runAlone(w.cells.cells, body, memory === undefined ? {} : { memory });
    return { w, vma, m: machine(0), user: machine(1), ptep, addr: addrOf(vma.start), read, tlb, run };
  }

  type Bench = ReturnType<typeof bench>;

  const setFlags = (b: Bench, change: (pte: PteWord) => PteWord, dirty: boolean) => () =>
    (function* (): Step<boolean> {
      const entry = change(yield* b.m.pte.ptepGet(b.ptep));
      return yield* b.m.pte.ptepSetAccessFlags(b.vma, b.addr, b.ptep, entry, dirty);
    })();

  test("ptep_set_access_flags adds V, D, W and the kernel's MODIFIED", () => {
    const b = bench({ write: true });
    const { value, memory } = b.run(setFlags(b, (pte) => v.pteMkdirty(v.pteMkyoung(pte)), true));
    const now = b.read(memory);
    expect([value, v.pteYoung(now), v.pteDirty(now), v.pteWrite(now)]).toEqual([true, true, true, true]);
    // D goes when the entry is write-protected; MODIFIED is what remembers the store then.
    expect([pteAny(now, PTE.MODIFIED), pteAny(now, PTE.D)]).toEqual([true, true]);
    expect(v.pteDirty(v.pteWrprotect(now))).toBe(true);
  });

  test('ptep_set_access_flags takes nothing away and says whether it changed anything', () => {
    const b = bench({ write: true, young: true, dirty: true });
    const before = b.read(b.run(function* () {}).memory);
    const same = b.run(setFlags(b, v.pteMkclean, true));
    expect([same.value, b.read(same.memory)]).toEqual([false, before]);
  });

  test('ptep_set_access_flags flushes a changed entry if it is for a store, and only then', () => {
    for (const dirty of [true, false]) {
      const b = bench({ write: true, young: true });
      const cached = b.run(() => new UserCpu(b.user, b.vma).load(0)).memory;
      expect(cached[b.tlb]).not.toBe(0);
      const { value, memory } = b.run(setFlags(b, v.pteMkdirty, dirty), cached);
      expect([value, memory[b.tlb] === 0]).toEqual([true, dirty]);
    }
  });

  test.each([
    ['ptep_get_and_clear', 1, (b: Bench) => b.m.pte.ptepGetAndClear(b.vma.mm, b.addr, b.ptep)],
    ['ptep_test_and_clear_young', 1, (b: Bench) => b.m.pte.ptepTestAndClearYoung(b.vma, b.addr, b.ptep)],
    ['ptep_set_wrprotect', 1, (b: Bench) => b.m.pte.ptepSetWrprotect(b.vma.mm, b.addr, b.ptep)],
  ] as const)('%s is one access, so no flag that another CPU sets is lost', (_, accesses, op) => {
    const b = bench({ write: true, young: true });
    expect(b.run(() => op(b) as Step<unknown>).steps).toHaveLength(accesses);
    const dirty = b.run(() => b.m.entries.update(b.ptep, (pte) => pteOr(pte, PTE.D), 'a store')).memory;
    const { value, memory } = b.run(() => op(b) as Step<unknown>, dirty);
    const returned = typeof value === 'object' && v.pteDirty(value as PteWord);
    expect(returned || v.pteDirty(b.read(memory))).toBe(true);
  });
});
