import type { Vma } from '@racewalk/core';
import type { AgentSpec } from '@racewalk/machine';
import type { GupOptions } from '@racewalk/mm';
import { GUP_CPU } from '../setup.js';

/** Pins the first page of the area without any lock, and keeps the pin. */
export function gup(options: GupOptions = {}): AgentSpec<{ readonly vma: Vma }> {
  return {
    cpu: GUP_CPU,
    role: 'kernel',
    note: options.irqsOff === false ? 'lockless' : 'lockless, irqs off',
    *run(m, s) {
      yield* m.k.getUserPagesFast(s.vma, s.vma.start, options);
    },
  };
}
