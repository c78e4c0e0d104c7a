import { addrOf, PAGE_SIZE } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import type { Place } from '@racewalk/mm';
import type { Setup } from '../setup.js';

/** Throw one page away; nobody here takes the mmap lock for writing. */
export function* dontneedPage(m: Machine, { vma, address }: Place): Step<void> {
  const addr = addrOf(address);
  yield* m.k.madviseDontneedSingleVma(vma, addr, addr + PAGE_SIZE);
}

/** Throws the page away. */
export function dontneed<S extends Setup>(): AgentSpec<S> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'MADV_DONTNEED',
    *run(m, s) {
      yield* dontneedPage(m, s.place);
    },
  };
}
