/** Every claim can be explained, and wrong ones are, in both directions. */
import {
  bit,
  CAPABILITIES,
  type Capability,
  defineArch,
  type Ptep,
  type PteWord,
  pteOr,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { FlatOps, flatToy, toyArch, toyLayout, toyPlain, toySoft, toyValues } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { claimLines } from '../src/explain/claim.js';
import { CAPABILITY_TERMS } from '../src/index.js';
import { claimFault } from '../src/suite/claims.js';
import { CHECKED_CAPABILITIES } from '../src/suite/manifest.js';

/** Adds flags and leaves the translation alone, as if the fault had dropped it. */
class NeverFlushes extends FlatOps {
  override *ptepSetAccessFlags(_vma: Vma, _addr: Vaddr, ptep: Ptep, entry: PteWord): Step<boolean> {
    const add = (pte: PteWord) => pteOr(pte, entry);
    const old = yield* this.m.entries.update(ptep, add);
    return add(old) !== old;
  }
}

const NAMES = Object.keys(CAPABILITIES) as Capability[];
const marked = {
  ...toyLayout,
  uffdWp: bit(9),
  fields: [...toyLayout.fields, { name: 'WP', lo: 9, hi: 9, means: 'userfaultfd', source: 'toy' }],
  swap: { ...toyLayout.swap, uffdWp: bit(11) },
};

describe('a claim', () => {
  it('is checked for every capability there is', () => {
    expect([...CHECKED_CAPABILITIES].sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)('of %s is told in the words of every manual that has one', (name) => {
    const text = claimLines(name).join('\n');
    expect(text).toContain(`the capability ${name}: ${CAPABILITIES[name]}`);
    for (const term of Object.values(CAPABILITY_TERMS[name])) if (term !== null) expect(text).toContain(term);
  });

  it('that is so has nothing to be said about it', () => {
    for (const arch of [toyArch(), toySoft, toyPlain])
      for (const name of CHECKED_CAPABILITIES)
        expect(claimFault(arch, name), `${arch.id} ${name}`).toBeNull();
  });

  it.each([
    [
      'hwAccess, which nothing shows',
      toyArch({ walker: toyPlain.walker }),
      'hwAccess',
      /claims hwAccess, but a walk for a load ends in an access-flag fault/,
    ],
    [
      'breakBeforeMake, with nothing that changes its size',
      defineArch({ ...flatToy, capabilities: ['breakBeforeMake', ...flatToy.capabilities] }),
      'breakBeforeMake',
      /claims breakBeforeMake, but without contPte nothing here changes the size of an entry/,
    ],
    [
      'contPte, with frames that differ within a block',
      toyArch({ cont: { ptes: 4, mayDiffer: bit(12) } }),
      'contPte',
      /claims contPte, but cont\.mayDiffer has PFN, in which the entries of one block cannot differ/,
    ],
  ] as const)('to have %s, is found out', (_, arch, name, says) => {
    expect(claimFault(arch, name)).toMatch(says);
  });

  it('to have a mark that the layout has no bit for, is refused at once', () => {
    const claims = [
      'hwAccess',
      'hwDirty',
      'contPte',
      'breakBeforeMake',
      'broadcastTlbi',
      'softDirty',
    ] as const;
    expect(() => toyArch({ capabilities: claims })).toThrow(
      /claims softDirty, but pteMksoftDirty changes nothing/,
    );
  });

  it.each([
    [
      'hwAccess, which it shows',
      toyArch({ capabilities: ['hwDirty', 'contPte', 'breakBeforeMake', 'broadcastTlbi'] }),
      'hwAccess',
      /denies hwAccess, but a walk for a load does not fault[\s\S]*2 {2}A +0 +1 {2}\*[\s\S]*add hwAccess/,
    ],
    [
      'uffdWp, for which it has a bit that works',
      toyArch({
        layout: marked,
        values: { ...toyValues, pteMkuffdWp: (pte) => toyValues.pteMkspecial(pte) },
      }),
      'uffdWp',
      /denies uffdWp, but pteMkuffdWp changes an entry all the same[\s\S]*add uffdWp to `capabilities`/,
    ],
    [
      'faultDropsTlb, without a flush instead',
      defineArch({
        ...toyPlain,
        capabilities: [...toyPlain.capabilities, 'staleRefusals'],
        ops: (m) => new NeverFlushes(m),
      }),
      'faultDropsTlb',
      /denies faultDropsTlb, but .*faults again on pte\[4\][\s\S]*let ptep_set_access_flags flush/,
    ],
  ] as const)('not to have %s, is found out', (_, arch, name, says) => {
    expect(claimFault(arch, name)).toMatch(says);
  });
});
