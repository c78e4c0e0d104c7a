import { PTE_ZERO, type PteWord, pteAll, pteAndNot, pteAny, pteHex, pteOr } from '@racewalk/core';
import { blockPgprot, pteValidCont } from '@racewalk/core/contpte';
import { describe, expect, test } from 'vitest';
import { arm64Contpte } from '../src/index.js';
import { PTE } from '../src/layout.js';
import { malformed, pteHwDirty, pteSwDirty } from '../src/values.js';
import { anyValid, present, protnone, valid } from './entries.js';

const v = arm64Contpte.values;
const facts = (pte: PteWord) => ({
  present: v.ptePresent(pte),
  pfn: v.ptePfn(pte),
  write: v.pteWrite(pte),
  dirty: v.pteDirty(pte),
  young: v.pteYoung(pte),
  cont: v.pteCont(pte),
  special: v.pteSpecial(pte),
  uffdWp: v.pteUffdWp(pte),
});

/** What `pte_modify` takes from the new protection. RDONLY stays set here, because nothing is dirty. */
const TAKEN_BITS = {
  ATTRINDX: PTE.ATTRINDX,
  USER: PTE.USER,
  PXN: PTE.PXN,
  UXN: PTE.UXN,
  GP: PTE.GP,
  PO_IDX: PTE.PO_IDX,
  WRITE: PTE.WRITE,
};
/** What it keeps. */
const KEPT_BITS = {
  AF: PTE.AF,
  SHARED: PTE.SHARED,
  CONT: PTE.CONT,
  SPECIAL: PTE.SPECIAL,
  UFFD_WP: PTE.UFFD_WP,
};

describe('over every state of an entry', () => {
  test('there is something to check', () => {
    expect(anyValid.length).toBe(256);
    expect(valid.length).toBe(160);
    expect(protnone.length).toBe(160);
  });

  test.each([
    ['mkdirty', v.pteMkdirty, { dirty: true }],
    ['mkclean', v.pteMkclean, { dirty: false }],
    ['mkyoung', v.pteMkyoung, { young: true }],
    ['mkold', v.pteMkold, { young: false }],
    ['mkwrite', v.pteMkwrite, { write: true }],
    ['wrprotect', v.pteWrprotect, { write: false }],
    ['mkcont', v.pteMkcont, { cont: true }],
    ['mknoncont', v.pteMknoncont, { cont: false }],
    ['mkspecial', v.pteMkspecial, { special: true }],
    ['mkuffd_wp', v.pteMkuffdWp, { uffdWp: true, write: false }],
    ['clear_uffd_wp', v.pteClearUffdWp, { uffdWp: false }],
  ] as const)('%s changes what it says and nothing else', (_name, make, change) => {
    for (const pte of present) {
      const made = make(pte);
      expect(facts(made), pteHex(pte)).toEqual({ ...facts(pte), ...change });
      expect(make(made), 'twice is once').toBe(made);
      expect(malformed(made), pteHex(made)).toBe(null);
    }
  });

  test('pte_modify keeps frame, flags and software marks, and is never malformed', () => {
    const prots = [
      { read: true, write: true },
      { read: true, write: false },
      { read: true, write: false, exec: true },
      { read: false, write: false },
    ];
    for (const pte of present) {
      for (const prot of prots) {
        const to = v.pteModify(pte, v.mkProt(prot));
        expect(facts(to), pteHex(pte)).toEqual({ ...facts(pte), write: prot.write });
        expect(malformed(to), pteHex(to)).toBe(null);
        expect(v.pteValid(to)).toBe(prot.read);
        expect(v.pteProtnone(to)).toBe(!prot.read);
      }
    }
  });

  test("pte_modify takes from the protection exactly the bits of the kernel's mask", () => {
    // arch/arm64/include/asm/pgtable.h, pte_modify: memory type, permissions, guard and overlay; not the frame,
    // nor what hardware and kernel noted in the entry.
    for (const [name, word] of Object.entries(TAKEN_BITS)) {
      const from = v.pfnPte(0x40, pteOr(PTE.VALID, PTE.RDONLY));
      const all = pteOr(v.mkProt({ read: true, write: false }), PTE.VALID);
      const set = v.pteModify(from, pteOr(all, word));
      const kept = v.pteModify(pteOr(from, word), pteAndNot(all, word));
      expect([pteAll(set, word), pteAny(kept, word)], `${name} is taken`).toEqual([true, false]);
    }
    for (const [name, word] of Object.entries(KEPT_BITS)) {
      const from = v.pfnPte(0x40, pteOr(PTE.VALID, PTE.RDONLY));
      const all = v.mkProt({ read: true, write: false });
      const set = v.pteModify(from, pteOr(all, word));
      const kept = v.pteModify(pteOr(from, word), pteAndNot(all, word));
      expect([pteAny(set, word), pteAll(kept, word)], `${name} is kept`).toEqual([false, true]);
    }
  });

  test('no access and back: never writable, software-dirty and read-only (the endless fault)', () => {
    for (const pte of valid) {
      const back = v.pteModify(v.pteModify(pte, v.protNone()), v.mkProt({ read: true, write: true }));
      expect(pteAll(back, pteOr(pteOr(PTE.WRITE, PTE.DIRTY), PTE.RDONLY))).toBe(false);
      expect(v.pteDirty(back)).toBe(v.pteDirty(pte));
    }
  });

  test('PROT_NONE is present, not valid, and not a swap entry', () => {
    for (const pte of protnone) {
      expect([v.ptePresent(pte), v.pteValid(pte), v.pteProtnone(pte)]).toEqual([true, false, true]);
      expect(arm64Contpte.swap.isSwapPte(pte)).toBe(false);
    }
  });

  test('the frame moves and nothing else', () => {
    for (const pte of valid) {
      const there = v.pteAdvancePfn(pte, 5);
      expect(v.ptePfn(there)).toBe(0x45);
      expect(blockPgprot(v, there)).toBe(blockPgprot(v, pte));
      expect(v.pteAdvancePfn(there, -5)).toBe(pte);
    }
  });

  test('the shape of a block leaves out AF, AP[2] and bit 55', () => {
    for (const pte of valid) {
      for (const made of [v.pteMkdirty(pte), v.pteMkclean(pte), v.pteMkold(pte), v.pteMkyoung(pte)]) {
        expect([blockPgprot(v, made), v.ptePfn(made)]).toEqual([blockPgprot(v, pte), v.ptePfn(pte)]);
      }
      expect(pteValidCont(v, pte)).toBe(v.pteCont(pte));
      expect(pteValidCont(v, v.pteModify(pte, v.protNone()))).toBe(false);
    }
  });
});

describe('dirty is kept twice', () => {
  const rw = v.pfnPte(0x40, v.mkProt({ read: true, write: true }));

  test('clean and writable: AP[2] set, so the first store is noticed', () => {
    expect(pteAny(rw, PTE.RDONLY)).toBe(true);
    expect(v.pteDirty(rw)).toBe(false);
  });

  test('wrprotect moves the hardware record to bit 55', () => {
    for (const pte of valid.filter(pteHwDirty)) {
      const ro = v.pteWrprotect(pte);
      expect([pteHwDirty(ro), pteSwDirty(ro), pteAny(ro, PTE.RDONLY)]).toEqual([false, true, true]);
    }
  });

  test('mkclean sets AP[2] as well, so that the next store leaves a trace', () => {
    for (const pte of valid) {
      const clean = v.pteMkclean(pte);
      expect([pteAny(clean, PTE.RDONLY), pteSwDirty(clean)]).toEqual([true, false]);
    }
  });

  test('mkdirty clears AP[2] iff the entry is writable', () => {
    for (const pte of valid) {
      expect(pteAny(v.pteMkdirty(pte), PTE.RDONLY)).toBe(!v.pteWrite(pte));
    }
  });

  test('mkwrite clears AP[2] iff the entry is software-dirty', () => {
    expect(pteHwDirty(v.pteMkwrite(v.pteMkdirty(v.pteWrprotect(rw))))).toBe(true);
    expect(pteHwDirty(v.pteMkwrite(v.pteWrprotect(rw)))).toBe(false);
  });
});

describe('malformed', () => {
  test('bits 1:0 = 01 at level 3', () => {
    expect(malformed(PTE.VALID)).toMatch(/reserved/);
  });

  test('nothing about entries the hardware does not use', () => {
    expect(malformed(PTE_ZERO)).toBe(null);
    expect(malformed(arm64Contpte.swap.makePteMarker(1))).toBe(null);
    for (const pte of protnone) expect(malformed(pte)).toBe(null);
  });

  test('only the endless fault and the unseen store, among valid user entries', () => {
    for (const pte of anyValid) {
      const endless = pteAll(pte, [PTE.WRITE, PTE.DIRTY, PTE.RDONLY].reduce(pteOr));
      const unseen = !pteAny(pte, pteOr(PTE.WRITE, PTE.RDONLY));
      expect(malformed(pte) !== null, pteHex(pte)).toBe(endless || unseen);
    }
  });
});
