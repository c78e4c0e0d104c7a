/** Functions of patch series that were posted, and that the model has under their names. */
import type { Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { number } from '../run/numbers.js';
import { CStruct, FunctionRef, type Value } from '../run/objects.js';
import { asMm } from './cast.js';
import { type Helper, helpers, stepHelper } from './helper.js';

const AS_DIRTY = `
  apply_as_wrprotect(mapping,n,n):ulong
  apply_as_clean(mapping,n,n,n,any,ref,ref):ulong
`;

/** The closure as the machine calls it. */
function closureOf(closure: Value): object {
  if (!(closure instanceof CStruct)) return {};
  const { mm, ptefn } = closure.members;
  return {
    mm: asMm(mm),
    alloc: 0,
    *ptefn(pte: Ptep, token: object, addr: number): Step<number> {
      if (!(ptefn instanceof FunctionRef) || ptefn.call === null)
        throw new RangeError('ptefn is no function');
      return Number(yield* ptefn.call([pte, token, BigInt(addr), closure]));
    },
  };
}

type Ranges = Readonly<Record<string, (closure: object, start: number, size: number) => Step<number>>>;

const EXCLUSIVE = `
  page_add_anon_rmap(page,_,_,_) -> pageAddAnonRmap
  mlock_vma_page(page) -> mlockVmaPage
`;

const kernel = ({ m }: { readonly m: Machine }): object => m.k;

/** Everything of this file. */
export const SERIES_NAMES: readonly Helper[] = [
  ...helpers('kernel', AS_DIRTY, kernel),
  ...helpers('kernel', EXCLUSIVE, kernel),
  stepHelper('apply_to_pfn_range(any,addr,n):int', 'calls a function for each entry', function* (th, args) {
    const [closure = null, start = 0n, size = 0n] = args;
    const apply = (th.m.k as unknown as Ranges).applyToPfnRange;
    if (apply === undefined) throw th.error('apply_to_pfn_range() does not exist in this race');
    return BigInt(yield* apply.call(th.m.k, closureOf(closure), number(th, start), number(th, size)));
  }),
  stepHelper('page_add_file_rmap(page,any)', 'pages of files', (th) => {
    throw th.error('the model has no device-exclusive pages of files');
  }),
];
