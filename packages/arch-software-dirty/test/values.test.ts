import { pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64, swAccessDirty, swDirty } from '../src/index.js';
import { factsOf, present } from './states.js';

describe.each([swDirty, swAccessDirty, softDirtyX86_64])('$id', (arch) => {
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

describe('soft-dirty and dirty are two things', () => {
  const v = softDirtyX86_64.values;
  const rw = v.pfnPte(0, v.mkProt({ read: true, write: true }));

  test('mkdirty sets both, mkclean clears dirty only, clear_soft_dirty the mark only', () => {
    const both = v.pteMkdirty(rw);
    expect([v.pteDirty(both), v.pteSoftDirty(both)]).toEqual([true, true]);
    expect([v.pteDirty(v.pteMkclean(both)), v.pteSoftDirty(v.pteMkclean(both))]).toEqual([false, true]);
    const cleared = v.pteClearSoftDirty(both);
    expect([v.pteDirty(cleared), v.pteSoftDirty(cleared)]).toEqual([true, false]);
  });

  test('the hardware sets dirty and knows nothing of the mark', () => {
    const walked = softDirtyX86_64.walker.walk(rw, 'store');
    expect(walked.ok && [v.pteDirty(walked.entry), v.pteSoftDirty(walked.entry)]).toEqual([true, false]);
  });

  test('entries as recorded on Linux 6.12 with soft-dirty tracking', () => {
    const written = v.pteMkyoung(v.pteMkdirty(rw));
    expect(pteHex(written)).toBe('0x8000000000000867');
    expect(pteHex(v.pteWrprotect(written))).toBe('0x8400000000000825');
    // clear_refs 4: write-protected and no longer marked.
    expect(pteHex(v.pteClearSoftDirty(v.pteWrprotect(written)))).toBe('0x8400000000000025');
    expect(pteHex(v.pteModify(v.pteWrprotect(written), v.protNone()))).toMatch(/920$/);
  });

  test('the mark survives swap', () => {
    const { swap } = softDirtyX86_64;
    const marked = swap.pteSwpMksoftDirty(swap.swpEntryToPte({ type: 1, offset: 2 }));
    expect(swap.pteSwpSoftDirty(marked)).toBe(true);
    expect(swap.pteToSwpEntry(marked)).toEqual({ type: 1, offset: 2 });
  });
});
