/**
 * Transparent contiguous blocks, as Linux has them on arm64 (arch/arm64/mm/contpte.c): for a plug-in with `contPte`
 * whose kernel folds and unfolds blocks below the `ptep_*` operations. A plug-in gives its access flags, and
 * inherits the rest from {@link ContpteOps}.
 */
export { contptePtepSetAccessFlags, type MatchFlags } from './access-flags.js';
export { blockAround, type Contpte, type Convert, siblingsOf, withAccessFlags } from './block.js';
export { contptePtepGetAndClearFull, type Stash } from './clear.js';
export { contpteConvert, firstOfBlock } from './convert.js';
export {
  __ptepGet,
  __ptepGetAndClear,
  type AccessFlags,
  ptePgprot,
  pteShape,
  pteValidCont,
  type SetAccessFlags,
  setAccessFlagsNotlbi,
} from './entry.js';
export { contptePtepGet, contptePtepGetLockless } from './gather.js';
export { ContpteOps } from './ops.js';
export { contpteWrprotectPtes } from './wrprotect.js';
