import type { AccessKind } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type FaultHandler, UserCpu } from '@racewalk/machine';
import { type Mapped, STORED, type Swapped } from '../setup.js';

/** User code on CPU 1 that makes one access to the page. */
export function user(access: AccessKind = 'store'): AgentSpec<Mapped> {
  return {
    cpu: 1,
    role: 'user',
    note: `${access}s`,
    *run(m, s) {
      const cpu = new UserCpu(m, s.vma);
      yield* access === 'store' ? cpu.store(0) : cpu.load(0);
    },
  };
}

/** Remember what a user read, for the end. */
export function* sees(s: Swapped, value: number | null): Step<void> {
  if (value !== null) yield* write(s.seen, value, 'remembers what it read', (o) => `= ${o.after[0]}`);
}

/** User code on CPU 1 that stores to the page and reads it back. */
export function storesAndReads(onFault: FaultHandler): AgentSpec<Swapped> {
  return {
    cpu: 1,
    role: 'user',
    note: 'stores, then reads it back',
    *run(m, s) {
      const cpu = new UserCpu(m, s.vma, { onFault });
      if (yield* cpu.store(0, STORED)) yield* sees(s, yield* cpu.loadValue(0));
    },
  };
}
