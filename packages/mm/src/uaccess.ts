/**
 * How the kernel reaches the memory of its process: at user addresses, through the TLB of the CPU it runs on, which it
 * shares with user code. A fault is handled as one of user code; where that ends in SIGSEGV these return
 * that they failed. (include/linux/uaccess.h, Linux 6.12; an access of a whole page is one word here)
 */
import { PAGE_SIZE, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step, Word } from '@racewalk/core/step';
import { type AccessOptions, type Machine, UserCpu } from '@racewalk/machine';

/** The address was not accessible. @kernel EFAULT */
export const EFAULT = -14;

const pageAt = (vma: Vma, addr: Vaddr): number => vpnOf(addr) - vma.start;

/** Write one word to the page at `to`. Returns 0, or the bytes that were not copied. @kernel copy_to_user */
export function* copyToUser(
  m: Machine,
  vma: Vma,
  to: Vaddr,
  value: Word,
  options: AccessOptions = {},
): Step<number> {
  return (yield* new UserCpu(m, vma, options).store(pageAt(vma, to), value)) ? 0 : PAGE_SIZE;
}

/** Read the page at `from`: its contents, or null where it was not copied. @kernel copy_from_user */
export function* copyFromUser(
  m: Machine,
  vma: Vma,
  from: Vaddr,
  options: AccessOptions = {},
): Step<Word | null> {
  return yield* new UserCpu(m, vma, options).loadValue(pageAt(vma, from));
}

/** Store one word at `addr`. Returns 0 or {@link EFAULT}. @kernel put_user */
export function* putUser(
  m: Machine,
  vma: Vma,
  addr: Vaddr,
  value: Word,
  options: AccessOptions = {},
): Step<number> {
  return (yield* new UserCpu(m, vma, options).store(pageAt(vma, addr), value)) ? 0 : EFAULT;
}

/** Load one word at `addr`, or null for {@link EFAULT}. @kernel get_user */
export function* getUser(m: Machine, vma: Vma, addr: Vaddr, options: AccessOptions = {}): Step<Word | null> {
  return yield* new UserCpu(m, vma, options).loadValue(pageAt(vma, addr));
}

/** What stands in the kernel's table. */
export const UACCESS = { copyToUser, copyFromUser, putUser, getUser } as const;

type UaccessFunctions = typeof UACCESS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends UaccessFunctions {}
}
