/**
 * Linux on a machine: what a world needs before code of the kernel can run in it. Called by `setup`.
 */
import type { World } from '@racewalk/machine';
import { KERNEL } from './kernel.js';
import { userFault } from './memory/fault.js';
import { own } from './observers/own.js';

/** Bring Linux to a world; once is enough. */
export function linux(w: World): void {
  w.binder.add(KERNEL);
  w.faultHandler = userFault;
  w.observe(own);
}
