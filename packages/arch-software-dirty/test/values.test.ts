import { bit, pteAndNot, pteHex, pteOr } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { swAccessDirty, swDirty } from '../src/index.js';
import { factsOf, present } from './states.js';

describe.each([swDirty, swAccessDirty])('$id', (arch) => {
  const v = arch.values;
  const soft = arch.has('softDirty');
  const uffdWp = arch.has('uffdWp');
  const entries = present(arch);

  test('there is something to check, and all of it may stand in a table', () => {
    expect(entries.length).toBeGreaterThan(30);
    expect(entries.filter((pte) => arch.malformed?.(pte) !== null)).toEqual([]);
  });

  test.each([
    ['mkdirty', v.pteMkdirty, { dirty: true, ...(soft ? { softDirty: true } : {}) }],
    ['mkclean', v.pteMkclean, { dirty: false }],
    ['mkyoung', v.pteMkyoung, { young: true }],
    ['mkold', v.pteMkold, { young: false }],
    ['mkwrite', v.pteMkwrite, { write: true }],
    ['wrprotect', v.pteWrprotect, { write: false }],
    ['mkspecial', v.pteMkspecial, { special: true }],
    ['mksoft_dirty', v.pteMksoftDirty, { softDirty: soft }],
    ['clear_soft_dirty', v.pteClearSoftDirty, { softDirty: false }],
    ['mkuffd_wp', v.pteMkuffdWp, uffdWp ? { uffdWp: true, write: false } : {}],
    ['clear_uffd_wp', v.pteClearUffdWp, { uffdWp: false }],
  ] as const)('%s changes what it says and nothing else', (_name, make, change) => {
    for (const pte of entries) {
      const made = make(pte);
      expect(factsOf(arch, made), pteHex(pte)).toEqual({ ...factsOf(arch, pte), ...change });
      expect(make(made), 'twice is once').toBe(made);
      expect(arch.malformed?.(made), pteHex(made)).toBe(null);
    }
  });

  test('no user access and no execution is not yet PROT_NONE: a mapping of the kernel has both', () => {
    // AP[1] and UXN (Arm ARM DDI 0487, stage 1 descriptors).
    const [user, uxn] = [bit(6), bit(54)];
    const without = pteAndNot(v.mkProt({ read: true, write: false }), user);
    const kernel = pteOr(without, uxn);
    expect([v.pteProtnone(kernel), v.pteProtnone(without), v.ptePresent(kernel)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(v.pteProtnone(v.mkProt({ read: false, write: false }))).toBe(true);
  });

  test('pte_modify keeps frame, flags and software marks, and is never malformed', () => {
    for (const pte of entries) {
      for (const prot of [
        { read: true, write: true },
        { read: true, write: false },
        { read: false, write: false },
      ]) {
        const to = v.pteModify(pte, v.mkProt(prot));
        expect(factsOf(arch, to), pteHex(pte)).toEqual({ ...factsOf(arch, pte), write: prot.write });
        expect(arch.malformed?.(to), pteHex(to)).toBe(null);
        expect([v.pteValid(to), v.pteProtnone(to)]).toEqual([prot.read, !prot.read]);
      }
    }
  });

  test('swap entries come back, and are not present', () => {
    const { swap } = arch;
    for (const type of [0, 1, 30]) {
      for (const offset of [0, 1, 0xabcdef, 2 ** 50 - 1]) {
        const pte = swap.pteSwpMkexclusive(swap.swpEntryToPte({ type, offset }));
        expect(swap.pteToSwpEntry(pte)).toEqual({ type, offset });
        expect([v.ptePresent(pte), swap.pteSwpExclusive(pte)]).toEqual([false, true]);
      }
    }
    expect(swap.isPteMarker(swap.makePteMarker(1))).toBe(true);
  });
});
