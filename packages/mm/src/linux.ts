/**
 * Linux on a machine: what a world needs before code of the kernel can run in it. Called by `setup`.
 */
import type { World } from '@racewalk/machine';
import { PAGE_FLAGS } from './folio.js';
import { KERNEL } from './kernel.js';
import { userFault } from './memory/fault.js';
import { linuxMm } from './mm-struct.js';
import { own } from './observers/own.js';

/** Bring Linux to a world; once is enough. */
export function linux(w: World): void {
  w.mmExtension = (name) => linuxMm(w, name);
  w.binder.add(KERNEL);
  w.faultHandler = userFault;
  w.observe(own);
  if (!w.dirtyRecords.includes(PAGE_FLAGS)) w.dirtyRecords.push(PAGE_FLAGS);
}
