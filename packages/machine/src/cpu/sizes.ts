/** Translations of several sizes in one TLB: what an architecture says of them. */
import type { ArchPlugin } from '@racewalk/core';

/** Level 1 asks for the nT bit, which the model does not have, so it counts as level 0. */
const belowLevel2 = ({ bbm }: ArchPlugin): boolean => (bbm?.level ?? 0) < 2;

/** Whether a change between a block and single pages needs a break: with FEAT_BBM below level 2. */
export const sizesNeedBreak = (arch: ArchPlugin): boolean => arch.has('breakBeforeMake') && belowLevel2(arch);

/**
 * The same of a leaf and a table. Arm asks for it. Elsewhere a CPU uses one of the two, and nobody knows which: x86 (Intel SDM volume
 * 3A, "Details of TLB Use"), RISC-V (privileged manual 12.3.2, the note on several cached entries for one address).
 */
export const leavesNeedBreak = (arch: ArchPlugin): boolean =>
  arch.has('leafBreakBeforeMake') && belowLevel2(arch);

/**
 * Whether an access that finds translations of two sizes may take a TLB conflict abort. Level 2 alone does not exclude it;
 * CPUs that promise it are known by name.
 */
export const sizesConflict = (arch: ArchPlugin): boolean =>
  arch.has('leafBreakBeforeMake') && !(arch.bbm?.level === 2 && arch.bbm.aborts === false);

/** Whether that is to be looked for in blocks: at lower levels a block changes only by a break, and that is checked. */
export const blocksConflict = (arch: ArchPlugin): boolean => arch.bbm?.level === 2 && sizesConflict(arch);
