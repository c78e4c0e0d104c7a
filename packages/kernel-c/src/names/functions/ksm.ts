/** Pages with equal contents, of which one is kept. */
import { addrOf, type PteWord, type Vma } from '@racewalk/core';
import type { Frame } from '@racewalk/machine';
import { vmaAddress } from '@racewalk/mm';
import { ElementRef } from '../../run/objects.js';
import { asEntry, asFolio, asFrame, asVma } from '../cast.js';
import { exchanged, type Helper, pureHelper } from '../helper.js';
import { storeThrough } from './through.js';
import { headOf } from './values.js';

/** include/uapi/asm-generic/errno-base.h. */
const EFAULT = 14n;

/** Everything of this file. */
export const KSM_NAMES: readonly Helper[] = [
  exchanged('write_protect_page(vma,folio,any):int', {
    given: ([vma, page]) => [vma as Vma, (page as Frame).folio, new ElementRef([null], 0)],
    answer: (value, _given, args) => (value === 0n ? asEntry((args[2] as ElementRef).array[0]) : null),
    *call(th, [vma, folio, origPte]) {
      const entry = yield* th.m.k.writeProtectPage(asVma(vma), headOf(folio));
      if (entry === null) return -EFAULT;
      storeThrough(th, origPte, entry);
      return 0n;
    },
  }),
  exchanged('replace_page(vma,page,page,pte):int', {
    given: ([vma, page, kpage, origPte]) => [vma as Vma, page as Frame, kpage as Frame, origPte as PteWord],
    answer: (value) => value === 0n,
    *call(th, [vma, page, kpage, origPte]) {
      const pages = [asFrame(page), asFrame(kpage)] as const;
      return (yield* th.m.k.replacePage(asVma(vma), ...pages, asEntry(origPte))) ? 0n : -EFAULT;
    },
  }),
  pureHelper('page_address_in_vma(page,vma):ulong', 'where the area has the page', (_th, [page, vma]) => {
    const { folio, index } = asFrame(page);
    return BigInt(vmaAddress(folio, asVma(vma)) + addrOf(index));
  }),
  pureHelper(
    'folio_mapped_in_vma(folio,vma):bool',
    'whether the area may have the folio',
    (_th, [folio, vma]) => (asFolio(folio).areas.some((area) => area.vma === asVma(vma)) ? 1n : 0n),
  ),
];
