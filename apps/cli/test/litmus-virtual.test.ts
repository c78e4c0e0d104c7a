/** Our own tests of Arm's virtual memory, on the entries and the walker of arm64-contpte. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pteById } from '@racewalk/core';
import { Entries, readTest, runTest, type TranslationHardware } from '@racewalk/litmus';
import { describe, expect, it } from 'vitest';
import { ARM_HARDWARE } from '../src/litmus/hardware.js';

const textOf = (name: string): string =>
  readFileSync(
    fileURLToPath(new URL(`../../../packages/litmus/test/tests/virtual/${name}.litmus`, import.meta.url)),
    'utf8',
  );

const run = (name: string, ets2: boolean, hardware: TranslationHardware = ARM_HARDWARE) =>
  runTest(readTest(textOf(name), name, new Entries(hardware.layout)), { memory: 'weak', ets2, hardware });

/** Number of states and the answer, with FEAT_ETS2 and without; argued in the comment of each test. */
const EXPECTED = {
  'access-flag': [1, true, 1, true],
  'dirty-update-complete': [3, true, 3, true],
  'dirty-update-pending': [4, true, 4, true],
  'fault-order': [3, false, 4, true],
  'fault-to-next': [1, true, 1, true],
  'handler-faults': [2, true, 2, true],
  'handler-mends': [1, true, 1, true],
  'handler-privileged': [1, true, 1, true],
  'handler-skips': [1, true, 1, true],
  'handler-where': [1, true, 1, true],
  'memory-types': [1, true, 1, true],
  'unmap-tlbi-before-dsb': [4, true, 4, true],
  'unmap-with-tlbi': [3, true, 3, true],
  'unmap-without-tlbi': [4, true, 4, true],
  user: [1, true, 1, true],
  'walk-after-dsb': [1, true, 1, true],
  'walk-before-dsb': [1, false, 2, true],
} as const;

describe('virtual memory', () => {
  it.each(Object.entries(EXPECTED))('%s', (name, [states, ok, statesWithout, okWithout]) => {
    const [on, off] = [run(name, true), run(name, false)];
    expect([on.states.length, on.ok, off.states.length, off.ok]).toEqual([
      states,
      ok,
      statesWithout,
      okWithout,
    ]);
    expect([on.bound, off.bound]).toEqual([null, null]);
    // FEAT_ETS2 only forbids.
    expect(off.states).toEqual(expect.arrayContaining([...on.states]));
  });

  it('prints descriptors, faults and attributes as herd7 does', () => {
    expect(run('dirty-update-complete', true).states).toEqual([
      '1:X2=0; 1:X4=(oa:PA(x), db:0, dbm:1);',
      '1:X2=0; 1:X4=(oa:PA(x), dbm:1);',
      '1:X2=1; 1:X4=(oa:PA(x), dbm:1);',
    ]);
    expect(run('handler-mends', true).states).toEqual([
      '0:X0=7; [PTE(x)]=(oa:PA(x)); Fault(P0:L0,x,D-MMU:Translation);',
    ]);
    expect(run('memory-types', true).states).toEqual([
      '0:X0=2; 0:X3=(oa:PA(y), attrs:(Device-nGnRE)); [PTE(x)]=(oa:PA(x), attrs:(Normal,NSH,iNC,oNC));',
    ]);
  });

  it('decides by the walker it is given', () => {
    const walker = (): ReturnType<TranslationHardware['walker']> =>
      ARM_HARDWARE.walker({ ha: true, hd: true, privileged: true });
    const other: TranslationHardware = { layout: ARM_HARDWARE.layout, walker };
    // A walker that sets the access flag by itself, and lets everybody in, faults in neither test.
    expect(run('access-flag', true, other).states).toEqual(['0:X3=3; ~Fault(P0:L0,x,MMU:AccessFlag);']);
    expect(run('user', true, other).ok).toBe(false);
  });

  it('keeps what a descriptor says where the manual has it', () => {
    const entries = new Entries(ARM_HARDWARE.layout);
    const { memory, symbols } = readTest(textOf('dirty-update-pending'), 'a', entries);
    const found = [...memory.values()].find(
      (value) => entries.show(value, symbols) === '(oa:PA(x), db:0, dbm:1)',
    );
    const { lo, hi } = pteById(found ?? 0);
    // Arm ARM DDI 0487 D8.3: VALID bit 0, AP[2] bit 7, AF bit 10, DBM bit 51.
    expect(lo & 0x481).toBe(0x481);
    expect(hi & (1 << 19)).toBe(1 << 19);
  });
});
