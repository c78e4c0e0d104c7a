/** Faults on empty entries of a file's mapping: the page comes from the page cache. (mm/memory.c, Linux 6.12) */
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { unlockFaulted } from '../filemap/page-cache.js';
import { notUsed } from './spare-pages.js';
import { VM_FAULT_SIGBUS, type VmFault } from './vm-fault.js';

/** A load, or a store to a shared mapping: the page of the cache is mapped. @kernel do_read_fault, do_shared_fault */
export function* doReadFault(m: Machine, vmf: VmFault): Step<number> {
  const page = yield* m.k.filemapFault(vmf);
  if (page === null) return VM_FAULT_SIGBUS;
  const mapped = yield* m.k.finishFault(vmf, page, false);
  yield* unlockFaulted(m, page);
  if (!mapped) yield* m.k.folioPut(page);
  return 0;
}

/** A store to a private mapping: a copy is mapped. @kernel do_cow_fault */
export function* doCowFault(m: Machine, vmf: VmFault): Step<number> {
  const copy = m.k.folioPrealloc();
  const page = yield* m.k.filemapFault(vmf);
  if (page === null) {
    notUsed(m, copy);
    return VM_FAULT_SIGBUS;
  }
  yield* m.k.copyUserHighpage(copy, page);
  if (!(yield* m.k.finishFault(vmf, copy, true))) notUsed(m, copy);
  yield* unlockFaulted(m, page);
  yield* m.k.folioPut(page);
  return 0;
}

/** By access and area; 0, or `VM_FAULT_SIGBUS`. @kernel do_fault */
export function* doFault(m: Machine, vmf: VmFault): Step<number> {
  if (vmf.access === 'store' && !vmf.vma.shared) return yield* m.k.doCowFault(vmf);
  return yield* m.k.doReadFault(vmf);
}

/** Functions that others call by name. */
export const DO_FAULT = { doReadFault, doCowFault, doFault } as const;

type DoFaultFunctions = typeof DO_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends DoFaultFunctions {}
}
