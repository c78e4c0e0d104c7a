import type { Vma } from '@racewalk/core';
import type { AgentSpec } from '@racewalk/machine';
import { FOLL_GET } from '@racewalk/mm';
import { GUP_CPU } from '../setup.js';

/** Takes a reference to the first page of the area without any lock, and keeps it. */
export const gup: AgentSpec<{ readonly vma: Vma }> = {
  cpu: GUP_CPU,
  role: 'kernel',
  note: 'lockless, irqs off',
  *run(m, s) {
    yield* m.k.getUserPagesFastOnly(s.vma, s.vma.start);
  },
};

/** The same walk with interrupts on, in an RCU read section. */
export const rcuReader: AgentSpec<{ readonly vma: Vma }> = {
  ...gup,
  cpu: GUP_CPU + 1,
  note: 'lockless, RCU read section',
  *run(m, s) {
    yield* m.k.rcuReadLock();
    yield* m.k.gupFastPmdRange(s.vma, s.vma.start, FOLL_GET);
    yield* m.k.rcuReadUnlock();
  },
};
