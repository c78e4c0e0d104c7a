import { pteBodies } from '@racewalk/conformance';
import type { ArchPlugin } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64, x86_64, x86Pae } from '../src/index.js';
import { type Bench, bench } from './bench.js';

/** Each answers whether the dirty state it saw, or left, includes a store of the hardware. */
const ATOMIC: readonly (readonly [string, (b: Bench) => Step<boolean>])[] = [
  [
    'ptep_get_and_clear',
    function* (b) {
      return b.m.v.pteDirty(yield* b.m.pte.ptepGetAndClear(b.mm, b.addr, b.ptep));
    },
  ],
  [
    'ptep_get_and_clear_full',
    function* (b) {
      return b.m.v.pteDirty(yield* b.m.pte.ptepGetAndClearFull(b.mm, b.addr, b.ptep, true));
    },
  ],
  [
    'ptep_test_and_clear_young',
    function* (b) {
      yield* b.m.pte.ptepTestAndClearYoung(b.vma, b.addr, b.ptep);
      return false;
    },
  ],
  [
    'ptep_set_wrprotect',
    function* (b) {
      yield* b.m.pte.ptepSetWrprotect(b.mm, b.addr, b.ptep);
      return false;
    },
  ],
  [
    'ptep_set_access_flags for a load',
    function* (b) {
      const young = b.m.v.pteMkyoung(yield* b.m.pte.ptepGet(b.ptep));
      yield* b.m.pte.ptepSetAccessFlags(b.vma, b.addr, b.ptep, young, false);
      return false;
    },
  ],
  [
    'ptep_set_access_flags for a store',
    function* (b) {
      const entry = b.m.v.pteMkdirty(b.m.v.pteMkyoung(yield* b.m.pte.ptepGet(b.ptep)));
      yield* b.m.pte.ptepSetAccessFlags(b.vma, b.addr, b.ptep, entry, true);
      return false;
    },
  ],
  [
    'ptep_modify_prot',
    function* (b) {
      const old = yield* b.m.pte.ptepModifyProtStart(b.vma, b.addr, b.ptep);
      yield* b.m.pte.ptepModifyProtCommit(b.vma, b.addr, b.ptep, old, b.m.v.pteWrprotect(old));
      return false;
    },
  ],
];

describe.each([x86_64, x86Pae, softDirtyX86_64])('$id', (arch: ArchPlugin) => {
  test.each(ATOMIC)('%s loses no hardware store, at whichever step', (_name, op) => {
    let stores = 0;
    for (const young of [true, false]) {
      for (let at = 0; at < 12; at++) {
        const b = bench(arch, { write: true, young });
        const { value, stored } = b.runWithStore(() => op(b), at);
        if (!stored) continue;
        stores++;
        expect(value || b.m.v.pteDirty(b.entry()), `before step ${at}`).toBe(true);
        expect(arch.malformed?.(b.entry())).toBe(null);
      }
    }
    expect(stores).toBeGreaterThan(1);
  });

  test('write-protecting moves D to the software bit in one update', () => {
    const b = bench(arch, { write: true, dirty: true, young: true });
    b.run(() => b.m.pte.ptepSetWrprotect(b.mm, b.addr, b.ptep));
    expect(b.text()).toBe(`0x40 ro dirty young${arch.has('softDirty') ? ' soft-dirty' : ''}`);
    expect(arch.malformed?.(b.entry())).toBe(null);
    expect(b.labels(() => b.m.pte.ptepSetWrprotect(b.mm, b.addr, b.ptep)).length).toBe(
      arch.has('splitEntries') ? 2 : 1,
    );
  });

  test('access flags of a load are the business of the hardware', () => {
    const b = bench(arch, { write: true });
    const young = b.m.v.pteMkyoung(b.entry());
    const set = (dirty: boolean) => b.m.pte.ptepSetAccessFlags(b.vma, b.addr, b.ptep, young, dirty);
    expect(b.run(() => set(false))).toBe(true);
    expect(b.text()).toBe('0x40 rw clean old');
    const labels = b.labels(() => set(true));
    expect(labels.filter((label) => /flush|invlpg/.test(label))).toEqual([]);
  });

  test('clearing the access flag does not flush', () => {
    const b = bench(arch, { write: true, young: true });
    const clear = () => b.m.pte.ptepClearFlushYoung(b.vma, b.addr, b.ptep);
    expect(b.labels(clear).every((label) => label.startsWith('ptep_test_and_clear_young'))).toBe(true);
    expect([b.run(clear), b.run(clear), b.text()]).toEqual([true, false, '0x40 rw clean old']);
  });

  test('the rest is generic', () => {
    const own = pteBodies(arch).own;
    expect(own).toEqual([
      ...(arch === x86Pae ? ['pteClear'] : []),
      'ptepClearFlushYoung',
      'ptepGetAndClear',
      ...(arch === x86Pae ? ['ptepGetLockless'] : []),
      'ptepSetAccessFlags',
      'ptepSetWrprotect',
      'ptepTestAndClearYoung',
    ]);
  });
});
