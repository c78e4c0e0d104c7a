/** What a claim implies for parts of the plug-in that the claim itself does not exercise. */
import {
  type ArchPlugin,
  bits,
  type Capability,
  PTE_ZERO,
  pteAnd,
  pteAndNot,
  pteHex,
  pteOr,
} from '@racewalk/core';
import { hangsOn } from '../explain/hangs-on.js';
import { makeEntry } from '../laws/entries.js';

const named = (arch: ArchPlugin, word: typeof PTE_ZERO): string => {
  const names = arch.layout.fields.filter(({ lo, hi }) => pteAnd(bits(lo, hi), word) !== PTE_ZERO);
  return names.map(({ name }) => name).join(', ') || pteHex(word);
};

/** What is wrong, and what to do about it. */
export interface FurtherFault {
  readonly says: string;
  readonly remedy: string;
}

/** A store must not be let through by a translation that says the page is clean: nobody would record it. */
function cleanStores(arch: ArchPlugin): FurtherFault | null {
  if (arch.walker.late !== undefined) return null;
  const clean = makeEntry(arch, 0x40, { write: true, young: true });
  if (!arch.walker.permits(clean, 'store')) return null;
  const dirty = hangsOn(arch, clean, arch.values.pteDirty);
  return {
    says: `walker.permits() lets a store through a cached clean entry, so that nobody records it (dirty hangs on ${dirty})`,
    remedy: 'let walker.permits() answer false for a store unless the cached entry is dirty',
  };
}

/** What the hardware sets in one entry of a block, the others need not have; frames they never share. */
function blockBits(arch: ArchPlugin): FurtherFault | null {
  const { cont, layout, values: v, walker } = arch;
  if (cont === undefined) return null;
  const identity = pteOr(bits(...layout.pfn), layout.valid);
  const shared = pteAnd(cont.mayDiffer, identity);
  if (shared !== PTE_ZERO) {
    return {
      says: `cont.mayDiffer has ${named(arch, shared)}, in which the entries of one block cannot differ`,
      remedy: `take ${named(arch, shared)} out of cont.mayDiffer`,
    };
  }
  const before = v.pteMkcont(makeEntry(arch, 0x40, { write: true }));
  const result = walker.walk(before, 'store');
  if (!result.ok) return null;
  const changed = pteOr(pteAndNot(before, result.entry), pteAndNot(result.entry, before));
  const lacking = pteAndNot(changed, cont.mayDiffer);
  if (lacking === PTE_ZERO) return null;
  const bit = named(arch, lacking);
  return {
    says: `a walk changes ${bit} in one entry of a block, and cont.mayDiffer does not have it`,
    remedy: `add ${bit} to cont.mayDiffer`,
  };
}

const FURTHER: Readonly<Partial<Record<Capability, (arch: ArchPlugin) => FurtherFault | null>>> = {
  hwDirty: cleanStores,
  contPte: blockBits,
};

/** What is wrong beside the claim (or denial) itself, or null. */
export const furtherFault = (arch: ArchPlugin, capability: Capability): FurtherFault | null =>
  FURTHER[capability]?.(arch) ?? null;
