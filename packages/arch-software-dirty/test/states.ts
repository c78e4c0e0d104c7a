/** Entries in every state their architecture allows, and the facts the kernel sees in them. */
import type { ArchPlugin, PteWord } from '@racewalk/core';

/** Present entries of frame 0x40: made by the helpers from every protection, and `PROT_NONE` of each. */
export function present(arch: ArchPlugin): PteWord[] {
  const v = arch.values;
  const found = new Set<PteWord>();
  for (const write of [false, true]) {
    for (const exec of [false, true]) {
      found.add(v.pfnPte(0x40, v.mkProt({ read: true, write, exec })));
    }
  }
  const steps = [v.pteMkdirty, v.pteMkyoung, v.pteMkspecial, v.pteWrprotect, v.pteMksoftDirty, v.pteMkuffdWp];
  for (const pte of found) for (const step of steps) found.add(step(pte));
  for (const pte of [...found]) found.add(v.pteModify(pte, v.protNone()));
  return [...found];
}

export const factsOf = ({ values: v }: ArchPlugin, pte: PteWord) => ({
  present: v.ptePresent(pte),
  pfn: v.ptePfn(pte),
  write: v.pteWrite(pte),
  dirty: v.pteDirty(pte),
  young: v.pteYoung(pte),
  special: v.pteSpecial(pte),
  softDirty: v.pteSoftDirty(pte),
  uffdWp: v.pteUffdWp(pte),
});
