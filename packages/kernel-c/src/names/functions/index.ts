/** Large functions of `mm` whose arguments are others than the kernel's, and what their texts call. */
import type { Helper } from '../helper.js';
import { COPY_NAMES } from './copy.js';
import { EXCLUSIVE_NAMES } from './exclusive.js';
import { GATHER_NAMES } from './gather.js';
import { GUP_NAMES } from './gup.js';
import { KSM_NAMES } from './ksm.js';
import { MADVISE_NAMES } from './madvise.js';
import { MOVE_NAMES } from './move.js';
import { PAGE_NAMES } from './pages.js';
import { PROTECT_NAMES } from './protect.js';
import { RMAP_NAMES } from './rmap.js';
import { SWAP_NAMES } from './swap.js';
import { TABLE_NAMES } from './tables.js';
import { WP_NAMES } from './wp.js';
import { ZAP_NAMES } from './zap.js';

/** Everything of this folder. */
export const FUNCTION_NAMES: readonly Helper[] = [
  ...COPY_NAMES,
  ...EXCLUSIVE_NAMES,
  ...GATHER_NAMES,
  ...GUP_NAMES,
  ...KSM_NAMES,
  ...MADVISE_NAMES,
  ...MOVE_NAMES,
  ...PAGE_NAMES,
  ...PROTECT_NAMES,
  ...RMAP_NAMES,
  ...SWAP_NAMES,
  ...TABLE_NAMES,
  ...WP_NAMES,
  ...ZAP_NAMES,
];
