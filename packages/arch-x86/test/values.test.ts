import { type ArchPlugin, PTE_ZERO, type PteWord, pteAny, pteHex, pteOr } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64, x86_64, x86Pae } from '../src/index.js';
import { type X86StyleOptions, x86StyleBits } from '../src/x86-style/index.js';

function subsets(words: readonly PteWord[]): PteWord[] {
  const sums = [PTE_ZERO];
  for (const word of words) sums.push(...sums.map((sum) => pteOr(sum, word)));
  return [...new Set(sums)];
}

/** Present entries in every state, malformed ones included. */
function states(arch: ArchPlugin, options: X86StyleOptions): PteWord[] {
  const b = x86StyleBits(options);
  const software = [b.SAVED_DIRTY, b.SPECIAL, b.UFFD_WP, b.SOFT_DIRTY];
  const flags = subsets([b.RW, b.ACCESSED, b.DIRTY, ...software, b.NX]);
  return flags.map((f) => arch.values.pfnPte(0x40, pteOr(pteOr(b.PRESENT, b.USER), f)));
}

describe.each([
  [x86_64, {}, 64],
  [x86Pae, { pae: true }, 32],
  [softDirtyX86_64, { softDirty: true }, 128],
] as const)('$0.id', (arch, options: X86StyleOptions, count) => {
  const v = arch.values;
  const { pae = false, softDirty = false } = options;
  const b = x86StyleBits(options);
  const wellFormed = states(arch, options).filter(
    (pte) => arch.malformed?.(pte) === null && !(pteAny(pte, b.RW) && pteAny(pte, b.SAVED_DIRTY)),
  );
  const present = [...wellFormed, ...wellFormed.map((pte) => v.pteModify(pte, v.protNone()))];
  const facts = (pte: PteWord) => ({
    present: v.ptePresent(pte),
    pfn: v.ptePfn(pte),
    write: v.pteWrite(pte),
    dirty: v.pteDirty(pte),
    young: v.pteYoung(pte),
    special: v.pteSpecial(pte),
    softDirty: v.pteSoftDirty(pte),
    uffdWp: v.pteUffdWp(pte),
  });

  test.each([
    ['mkdirty', v.pteMkdirty, { dirty: true, ...(softDirty ? { softDirty } : {}) }],
    ['mkclean', v.pteMkclean, { dirty: false }],
    ['mkyoung', v.pteMkyoung, { young: true }],
    ['mkold', v.pteMkold, { young: false }],
    ['mkwrite', v.pteMkwrite, { write: true }],
    ['wrprotect', v.pteWrprotect, { write: false }],
    ['mkspecial', v.pteMkspecial, { special: true }],
    ['mksoft_dirty', v.pteMksoftDirty, { softDirty }],
    ['clear_soft_dirty', v.pteClearSoftDirty, { softDirty: false }],
    // Generic without the bit: include/asm-generic/pgtable_uffd.h.
    ['mkuffd_wp', v.pteMkuffdWp, pae ? {} : { uffdWp: true, write: false }],
    ['clear_uffd_wp', v.pteClearUffdWp, { uffdWp: false }],
  ] as const)('%s changes what it says and nothing else', (_name, make, change) => {
    expect(wellFormed.length).toBe(count);
    for (const pte of present) {
      const made = make(pte);
      expect(facts(made), pteHex(pte)).toEqual({ ...facts(pte), ...change });
      expect(make(made), 'twice is once').toBe(made);
      expect(arch.malformed?.(made), pteHex(made)).toBe(null);
    }
  });

  test('pte_modify keeps frame, flags and software marks, and is never malformed', () => {
    for (const pte of present) {
      for (const prot of [
        { read: true, write: true },
        { read: true, write: false },
        { read: false, write: false },
      ]) {
        const to = v.pteModify(pte, v.mkProt(prot));
        expect(facts(to), pteHex(pte)).toEqual({ ...facts(pte), write: prot.write });
        expect(arch.malformed?.(to), pteHex(to)).toBe(null);
        expect([v.pteValid(to), v.pteProtnone(to)]).toEqual([prot.read, !prot.read]);
      }
    }
  });

  test('pmd_mkinvalid takes PRESENT and PROT_NONE away, and leaves frame and everything else', () => {
    const p = arch.pmd;
    for (const pte of present) {
      const leaf = p.pmdMkhuge(pte);
      const made = p.pmdMkinvalid(leaf);
      expect(pteAny(made, pteOr(b.PRESENT, b.GLOBAL)), pteHex(made)).toBe(false);
      // PSE alone keeps it present; whoever finds it must not take it for PROT_NONE and handle a NUMA fault.
      expect([p.pmdPresent(made), p.pmdLeaf(made), p.pmdProtnone(made)]).toEqual([true, true, false]);
      expect(p.pmdPfn(made)).toBe(p.pmdPfn(leaf));
      const flags = (pmd: PteWord) => [p.pmdDirty(pmd), p.pmdYoung(pmd), p.pmdWrite(pmd), p.pmdUffdWp(pmd)];
      expect(flags(made), pteHex(leaf)).toEqual(flags(leaf));
      expect(p.pmdMkinvalid(made)).toBe(made);
    }
  });

  test('dirty is bit 6 where stores are allowed, and the software bit where they are not', () => {
    for (const pte of present.map(v.pteMkdirty)) {
      expect(pteAny(pte, b.DIRTY), pteHex(pte)).toBe(v.pteWrite(pte));
      expect(pteAny(pte, b.SAVED_DIRTY), pteHex(pte)).toBe(!v.pteWrite(pte));
    }
  });

  test('the frame number is inverted while the entry is not present (L1TF)', () => {
    const none = v.pfnPte(0x40, v.protNone());
    expect(pteHex(none)).toBe('0x000ffffffffbf100');
    expect(v.ptePfn(none)).toBe(0x40);
    expect(v.ptePfn(v.pteAdvancePfn(none, 3))).toBe(0x43);
    expect(v.ptePfn(v.pteModify(none, v.mkProt({ read: true, write: true })))).toBe(0x40);
  });

  test('A and D alone are no entry', () => {
    expect(v.pteNone(pteOr(b.ACCESSED, b.DIRTY))).toBe(true);
    expect(arch.swap.isSwapPte(b.ACCESSED)).toBe(false);
    expect(v.pteNone(v.protNone())).toBe(false);
  });

  test('malformed: shadow-stack encoding, and A or D in what is not present', () => {
    const ro = v.pfnPte(0x40, v.mkProt({ read: true, write: false }));
    expect(arch.malformed?.(pteOr(ro, b.DIRTY))).toMatch(/shadow-stack/);
    expect(arch.malformed?.(b.ACCESSED)).toMatch(/not present/);
    expect(arch.malformed?.(pteOr(arch.swap.makePteMarker(1), b.DIRTY))).toMatch(/not present/);
    expect(arch.malformed?.(arch.swap.makePteMarker(1))).toBe(null);
    expect(arch.malformed?.(PTE_ZERO)).toBe(null);
  });
});

// Linux 6.18 on a real processor, before and after fork: a private dirty page becomes saved-dirty.
test('fork of a dirty private page, as recorded', () => {
  const { values: v } = x86_64;
  const rw = v.pteMkyoung(v.pteMkdirty(v.pfnPte(0, v.mkProt({ read: true, write: true }))));
  expect(pteHex(rw)).toBe('0x8000000000000067');
  expect(pteHex(v.pteWrprotect(rw))).toBe('0x8400000000000025');
  expect(pteHex(v.pteMkold(v.pteWrprotect(rw)))).toBe('0x8400000000000005');
});
