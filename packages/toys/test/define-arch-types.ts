/**
 * What the compiler says to an author of a plug-in. Not run: `npm run check:types` fails if one of these
 * mistakes compiles.
 */
import {
  type ArchSpec,
  bit,
  type Capability,
  GenericPteOps,
  layoutValues,
  type Mm,
  type PteLayout,
  type Ptep,
  type PteValues,
  type PteWord,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { toyLayout, toyValues } from '@racewalk/toys';

export class MyOps extends GenericPteOps {
  override *ptepGet(ptep: Ptep): Step<PteWord> {
    return yield* super.ptepGet(ptep);
  }

  // @ts-expect-error unknown operation
  override *ptepGetAndClaer(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.ptepGet(ptep);
  }

  // @ts-expect-error parameters left out in front
  override *ptepGetAndClear(ptep: Ptep): Step<PteWord> {
    return yield* this.ptepGet(ptep);
  }

  // @ts-expect-error the value that was there is not returned
  override *ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.pteClear(mm, addr, ptep);
  }

  // @ts-expect-error not steps
  override ptepGetLockless(_ptep: Ptep): PteWord {
    return bit(0);
  }

  // @ts-expect-error the word override is missing
  *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.m.entries.writeOnce(ptep, bit(0), 'pte_clear');
  }
}

const { young: _young, ...forgetful } = toyLayout;

// @ts-expect-error a forgotten bit
export const layout: PteLayout = forgetful;

// @ts-expect-error a number is no word
export const numbers: PteLayout = { ...toyLayout, dirty: 8 };

// @ts-expect-error mkProt, protNone and pteModify do not follow from a layout
export const values: PteValues = layoutValues(toyLayout);

// @ts-expect-error unknown capability
export const capability: Capability = 'hwDirt';

export const misspeltHelper: PteValues = {
  ...toyValues,
  // @ts-expect-error unknown helper
  pteMkClean: (pte: PteWord) => pte,
};

export const misspeltField: Pick<ArchSpec, 'id' | 'omits'> = {
  id: 'mine',
  omits: [],
  // @ts-expect-error unknown field
  ommits: [],
};
