import type { ArchPlugin, PteWord } from '@racewalk/core';
import { deviceExclusiveEntry, exclusivePte, restoredPte } from '@racewalk/mm';
import { trackingToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { setup } from '../src/setup.js';
import { bench } from './bench.js';
import { flat, toy } from './toy.js';

/** Every combination of the facts of a mapping. */
const FACTS = Array.from({ length: 16 }, (_, n) => ({
  write: (n & 1) !== 0,
  dirty: (n & 2) !== 0,
  softDirty: (n & 4) !== 0,
  uffdWp: (n & 8) !== 0,
}));

describe.each([toy, flat, trackingToy])('the round trip of an entry on $id', (arch: ArchPlugin) => {
  const b = bench(arch, [], (w) => setup(w, { has: 'process' }));
  const { values: v, swap } = arch;
  const m = b.m();
  const { vma, page } = b.s;

  const mapped = ({ write, dirty, softDirty, uffdWp }: (typeof FACTS)[number]): PteWord => {
    let pte = v.pfnPte(page.pfn, v.mkProt({ read: true, write: false }));
    if (dirty) pte = v.pteMkdirty(pte);
    if (write) pte = v.pteMkwrite(pte);
    if (softDirty && arch.has('softDirty')) pte = v.pteMksoftDirty(pte);
    if (uffdWp && arch.has('uffdWp')) pte = v.pteMkuffdWp(pte);
    return v.pteMkyoung(pte);
  };

  it.each(FACTS)('%o', (facts) => {
    const before = mapped(facts);
    const swp = exclusivePte(m, page, before);
    const entry = deviceExclusiveEntry(m, swp);
    expect(entry?.offset).toBe(page.pfn);
    expect(entry !== null && swap.isWritableDeviceExclusiveEntry(entry)).toBe(v.pteWrite(before));

    const after = restoredPte(m, vma, page, swp);
    expect(v.ptePfn(after)).toBe(page.pfn);
    expect(v.pteYoung(after)).toBe(false);
    expect(v.pteUffdWp(after)).toBe(v.pteUffdWp(before));
    const writable = v.pteWrite(before) && !v.pteUffdWp(before);
    expect(v.pteWrite(after)).toBe(writable);
    // The device may have written: never clean where it could.
    expect(v.pteDirty(after)).toBe(writable);
    // pte_mkdirty marks it for the tracking of stores, too.
    const tracked = v.pteSoftDirty(before) || (writable && arch.has('softDirty'));
    expect(v.pteSoftDirty(after)).toBe(tracked);
  });

  it('never gives more than the area allows', () => {
    const readOnly = { ...vma, prot: { read: true, write: false } };
    for (const facts of FACTS) {
      const swp = exclusivePte(m, page, mapped(facts));
      expect(v.pteWrite(restoredPte(m, readOnly, page, swp))).toBe(false);
    }
  });

  it('decodes swap entries only', () => {
    expect(deviceExclusiveEntry(m, mapped(FACTS[1]!))).toBeNull();
    expect(deviceExclusiveEntry(m, swap.makePteMarker(1))).toBeNull();
    expect(deviceExclusiveEntry(m, swap.swpEntryToPte({ type: 2, offset: page.pfn }))).toBeNull();
  });
});
