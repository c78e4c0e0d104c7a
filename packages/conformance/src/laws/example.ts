import type { ArchPlugin, LawSample } from '@racewalk/core';

/** A few inputs within the ranges of an architecture: clean, old, young, dirty, read-only. */
export function exampleSamples(arch: ArchPlugin): readonly LawSample[] {
  const v = arch.values;
  const plain = v.pteMkwrite(v.pfnPte(0x123456, v.mkProt({ read: true, write: true })));
  const dirty = v.pteMkyoung(v.pteMkdirty(plain));
  const rest = { pfn: 0x80, nr: 3, swp: { type: 2, offset: 9 }, marker: 1 };
  const other = v.pteMkyoung(v.pfnPte(0x234567, v.mkProt({ read: true, write: false })));
  return [plain, v.pteMkyoung(plain), dirty, v.pteWrprotect(dirty)].map((pte, i) => ({
    ...rest,
    pte,
    other,
    writable: i % 2 === 0,
  }));
}
