import { pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64 } from '../src/index.js';

describe('soft-dirty and dirty are two things', () => {
  const v = softDirtyX86_64.values;
  const rw = v.pfnPte(0, v.mkProt({ read: true, write: true }));

  test('an ordinary writable page of user code', () => {
    expect(pteHex(rw)).toBe('0x8000000000000007');
  });

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
