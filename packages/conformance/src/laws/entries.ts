/**
 * Arbitrary entry values, built from a plug-in's own helpers and layout.
 */
import type { ArchPlugin, LawSample, Pfn, PteWord, SwpEntry } from '@racewalk/core';
import fc from 'fast-check';

/** The facts of a present entry. */
export interface EntryFacts {
  readonly write: boolean;
  readonly dirty: boolean;
  readonly young: boolean;
  /** Write permission taken away after the store: dirty survives. */
  readonly wrprotected: boolean;
  readonly exec: boolean;
  readonly special: boolean;
  readonly protnone: boolean;
  readonly softDirty: boolean;
  readonly uffdWp: boolean;
  readonly cont: boolean;
}

const PLAIN: EntryFacts = {
  write: false,
  dirty: false,
  young: false,
  wrprotected: false,
  exec: false,
  special: false,
  protnone: false,
  softDirty: false,
  uffdWp: false,
  cont: false,
};

/** A present entry with these facts; those not named are false. */
export function makeEntry(arch: ArchPlugin, pfn: Pfn, facts: Partial<EntryFacts>): PteWord {
  const v = arch.values;
  const f = { ...PLAIN, ...facts };
  let pte = v.pfnPte(pfn, v.mkProt({ read: true, write: false, exec: f.exec }));
  // Dirty first: where "writable and clean" is a state of its own, mkwrite looks at it.
  if (f.dirty) pte = v.pteMkdirty(pte);
  if (f.write || f.wrprotected) pte = v.pteMkwrite(pte);
  pte = f.dirty ? v.pteMkdirty(pte) : v.pteMkclean(pte);
  if (f.wrprotected) pte = v.pteWrprotect(pte);
  pte = f.young ? v.pteMkyoung(pte) : v.pteMkold(pte);
  if (f.special) pte = v.pteMkspecial(pte);
  if (f.softDirty && arch.has('softDirty')) pte = v.pteMksoftDirty(pte);
  if (f.uffdWp && arch.has('uffdWp')) pte = v.pteMkuffdWp(pte);
  if (f.protnone) pte = v.pteModify(pte, v.protNone());
  if (f.cont && arch.has('contPte') && !f.protnone) pte = v.pteMkcont(pte);
  return pte;
}

/** Largest number a field of a layout holds, at most 2^53 - 1. */
const maxOf = ([lo, hi]: readonly [lo: number, hi: number]): number => 2 ** Math.min(53, hi - lo + 1) - 1;

/** Frame numbers, all over the range; advancing one by 511 stays inside. */
export function anyPfn(arch: ArchPlugin): fc.Arbitrary<Pfn> {
  const max = maxOf(arch.layout.pfn) - 511;
  return fc.oneof(
    fc.maxSafeNat().map((n) => n % (max + 1)),
    fc.constantFrom(1, 0x40, max),
  );
}

/** A present entry in any state. */
export function anyPte(arch: ArchPlugin): fc.Arbitrary<PteWord> {
  const flag = fc.boolean();
  const facts = fc.record({
    write: flag,
    dirty: flag,
    young: flag,
    wrprotected: flag,
    exec: flag,
    special: flag,
    protnone: fc.nat(7).map((n) => n === 0),
    softDirty: flag,
    uffdWp: flag,
    cont: flag,
  });
  return fc
    .tuple(anyPfn(arch), facts)
    .map(([pfn, f]) => makeEntry(arch, pfn, f))
    .filter((pte) => arch.malformed === undefined || arch.malformed(pte) === null);
}

/** Types the kernel keeps for itself start at the top; ordinary devices are below. */
const MAX_SWAP_TYPE = 22;

/** A swap entry of an ordinary device. The first slot holds the device's own header and is never used. */
export function anySwap(arch: ArchPlugin): fc.Arbitrary<SwpEntry> {
  const { type, offset } = arch.layout.swap;
  const max = maxOf(offset) - 1;
  return fc.record({
    type: fc.nat(Math.min(MAX_SWAP_TYPE, maxOf(type))),
    offset: fc.oneof(
      fc.maxSafeNat().map((n) => 1 + (n % max)),
      fc.constantFrom(1, max),
    ),
  });
}

/** The inputs of a law about values. */
export function anySample(arch: ArchPlugin): fc.Arbitrary<LawSample> {
  return fc.record({
    pte: anyPte(arch),
    other: anyPte(arch),
    pfn: anyPfn(arch),
    nr: fc.nat(511),
    swp: anySwap(arch),
    marker: fc.nat(7),
    writable: fc.boolean(),
  });
}
