import { pteBodies } from '@racewalk/conformance';
import { type ArchPlugin, addrOf, GenericPteOps, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  describePte,
  initialMemory,
  intrudeAt,
  Machine,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { describe, expect, test } from 'vitest';
import { swAccessDirty, swDirty } from '../src/index.js';

function bench(arch: ArchPlugin, young = false) {
  const w = new World(arch, {}, [1], []);
  linux(w);
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { write: true, young });
  w.seal();
  const entries = wordEntries(w);
  const ptep = ptepOf(vma, vma.start);
  let memory: Int32Array = initialMemory(w.cells.cells);
  return {
    w,
    m: new Machine(w, 0, entries),
    user: new UserCpu(new Machine(w, 1, entries), vma),
    vma,
    ptep,
    addr: addrOf(vma.start),
    run<T>(body: () => Step<T>) {
      const done = runAlone(w.cells.cells, body, { memory });
      memory = done.memory;
      return { value: done.value, labels: done.steps.map((s) => s.op.label) };
    },
    text: () =>
      describePte(
        arch,
        w.entryIn((cell) => memory[cell] ?? 0, ptep),
      ),
  };
}

test('software-dirty architectures get by with the generic bodies', () => {
  for (const arch of [swDirty, swAccessDirty]) expect(pteBodies(arch).own).toEqual([]);
  expect(bench(swDirty).m.pte).toBeInstanceOf(GenericPteOps);
});

describe.each([
  [swDirty, 'access flag by the walker, dirty by one fault', 1],
  [swAccessDirty, 'access flag and dirty by faults', 1],
] as const)('$id', (arch, _how, faults) => {
  test('a store to a clean page faults, and the handler sets what is missing', () => {
    const b = bench(arch);
    const { value, labels } = b.run(() => b.user.store(0));
    expect(value).toBe(true);
    expect(b.text()).toBe('0x40 rw dirty young');
    expect(labels.filter((label) => label === 'lock ptl').length).toBe(faults);
  });

  test('the next store needs nobody', () => {
    const b = bench(arch);
    b.run(() => b.user.store(0));
    expect(b.run(() => b.user.store(0)).labels.filter((label) => label === 'lock ptl')).toEqual([]);
  });
});

test.each([
  [0, '0x40 ro clean young'],
  [1, '0x40 ro clean old'],
])('sw-dirty: an access flag that comes before step %i of a write-protect: %s', (at, left) => {
  // Between the read and the write it is taken back: the page looks idle, and no store is forgotten.
  const b = bench(swDirty);
  b.run(() => intrudeAt(b.m.pte.ptepSetWrprotect(b.vma.mm, b.addr, b.ptep), at, () => b.user.load(0)));
  expect(b.text()).toBe(left);
});
