/** Requests of the kernel to CPUs; the machine performs them. */
import {
  localIrqRestore,
  localIrqSave,
  rcuReadLock,
  rcuReadUnlock,
  smpCallFunction,
  synchronizeRcu,
} from '@racewalk/machine';

/** Functions that others call by name. */
export const CPU = {
  localIrqSave,
  localIrqRestore,
  rcuReadLock,
  rcuReadUnlock,
  smpCallFunction,
  synchronizeRcu,
} as const;

type CpuFunctions = typeof CPU;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CpuFunctions {}
}
