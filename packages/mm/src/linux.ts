/**
 * Linux on a machine: what a world needs before code of the kernel can run in it. Called by `setup`.
 */
import type { Mm } from '@racewalk/core';
import type { World } from '@racewalk/machine';
import { PAGE_FLAGS } from './folio.js';
import { FolioTable } from './folio-table.js';
import { KERNEL } from './kernel.js';
import { userFault } from './memory/fault.js';
import { type LinuxMm, linuxMm } from './mm-struct.js';
import { miss } from './observers/miss.js';
import { own } from './observers/own.js';
import { rmap } from './observers/rmap.js';
import { pageFlagNames } from './page-flags.js';

/** The state of Linux in a world. */
interface LinuxState {
  linux?: FolioTable;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends LinuxState {}
}

/** Bring Linux to a world, unless it has it; returns what Linux keeps there. */
export function linux(w: World): FolioTable {
  w.os.linux ??= boot(w);
  return w.os.linux;
}

function boot(w: World): FolioTable {
  w.binder.add(KERNEL);
  w.faultHandler = userFault;
  w.mmExtension = (name) => linuxMm(w, name);
  for (const mm of w.mms) Object.assign<Mm, LinuxMm>(mm, linuxMm(w, mm.name));
  w.frames.flagNames = pageFlagNames;
  w.dirtyRecords.push(PAGE_FLAGS);
  for (const observerOf of [own, rmap, miss]) w.observe(observerOf);
  return new FolioTable(w);
}
