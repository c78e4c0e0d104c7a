/** Agents that several races of this package have. */
import type { Vma } from '@racewalk/core';
import { type AgentSpec, UserCpu } from '@racewalk/machine';
import { FOLL_FORCE, FOLL_GET, FOLL_WRITE, storeHeld } from '@racewalk/mm';

interface InArea {
  readonly vma: Vma;
}

/** A thread that stores to the first page of the area. */
export const stores = (note: string, cpu = 1): AgentSpec<InArea> => ({
  cpu,
  role: 'user',
  note,
  *run(m, { vma }) {
    yield* new UserCpu(m, vma).store(0);
  },
});

/** A debugger that writes to the first page, whatever the area permits: mem_write() down to __get_user_pages(). */
export const forcedWriter: AgentSpec<InArea> = {
  cpu: 0,
  role: 'kernel',
  note: 'a write to /proc/self/mem',
  *run(m, { vma }) {
    yield* m.k.downRead(vma.mm.mmapLock);
    const frame = yield* m.k.__getUserPages(vma, vma.start, FOLL_GET | FOLL_WRITE | FOLL_FORCE);
    yield* m.k.upRead(vma.mm.mmapLock);
    if (frame === null) return;
    yield* storeHeld(m, { vma, vpn: vma.start, frame }, 7);
    yield* m.k.folioPut(frame);
  },
};
