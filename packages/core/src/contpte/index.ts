/**
 * Transparent contiguous blocks: for a plug-in with `contPte` whose kernel folds and unfolds blocks below the `ptep_*`
 * operations. A plug-in gives its access flags, and inherits the rest from {@link ContpteOps}.
 */
export { type AccessFlags, blockAround, blockPgprot, pteValidCont, withAccessFlags } from './block.js';
export { firstOfBlock } from './convert.js';
export { ContpteOps } from './ops.js';
