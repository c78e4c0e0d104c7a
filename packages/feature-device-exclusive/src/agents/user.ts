/** User code of the process, with the fault handler that takes the page back. */
import type { AccessKind } from '@racewalk/core';
import { type AgentSpec, type FaultHandler, UserCpu } from '@racewalk/machine';
import { deviceExclusiveEntry, takeBack } from '@racewalk/mm';
import type { Setup } from '../setup.js';

/** Takes a page back that a device has for itself; other faults go to the ordinary handler. */
export const exclusiveFault = (flags = 0): FaultHandler =>
  function* (m, { vma, ptep }) {
    return (yield* takeBack(m, vma, ptep, flags)) ? 'retry' : 'default';
  };

/** One access after the other to the first page; `flags` are those of its faults. */
export function user<S extends Setup>(cpu: number, accesses: readonly AccessKind[], flags = 0): AgentSpec<S> {
  return {
    cpu,
    role: 'user',
    note: accesses.map((a) => `${a}s`).join(', '),
    *run(m, s) {
      const at = new UserCpu(m, s.vma, { onFault: exclusiveFault(flags) });
      for (const access of accesses) {
        if (access === 'load') yield* at.load(0);
        else yield* at.store(0);
      }
    },
  };
}

/** What a device has is left to it. */
const leavesIt: FaultHandler = function* (m, { ptep }) {
  const pte = yield* m.pte.ptepGetLockless(ptep);
  return deviceExclusiveEntry(m, pte) === null ? 'default' : 'sigsegv';
};

/** One load if the page is there; where a device has it, the load is given up. */
export function glance<S extends Setup>(cpu: number): AgentSpec<S> {
  return {
    cpu,
    role: 'user',
    note: 'loads if it can',
    *run(m, s) {
      yield* new UserCpu(m, s.vma, { onFault: leavesIt }).load(0);
    },
  };
}
