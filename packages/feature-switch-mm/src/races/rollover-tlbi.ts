import type { Scenario } from '@racewalk/machine';
import { defineScenario, followMms } from '@racewalk/mm';
import { type OnePage, onePage, switchedTo, unmapper } from '../setup.js';

interface S extends OnePage {
  readonly here: OnePage;
  readonly there: OnePage;
}

/** What was read of the address space before its entry was changed. */
interface EarlyTag {
  contextId?: number;
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends EarlyTag {}
}

const GENERATION = 5;

/** The operand of an invalidation is data of its own, and may be of yesterday. */
export const rolloverTlbi: Scenario = defineScenario<S>({
  id: 'switch/rollover-tlbi',
  title: 'An invalidation by tag against an address space that gets a new one',
  source: 'Linux 5e10f9887ed8 (5.15), arch/arm64/include/asm/tlbflush.h',
  about:
    'The tags have run out: an address space that runs nowhere gets another tag when it is next loaded. CPU 1 loads it while CPU 0 takes a page of it away. The invalidation names a tag; is it the right one? Yes, if the tag is read after the entry was changed and everybody can see that: then a CPU that has the new tag either walks to the new entry or was seen. An invalidation for the old tag reaches nobody.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  notApplicable: (arch) =>
    arch.has('spaceTags') &&
    (arch.mmContext ?? (arch.has('broadcastTlbi') ? 'generations' : '')) === 'generations'
      ? null
      : 'tags are those of one CPU: no invalidation names one of another',
  setup(w) {
    const spaces = followMms(w, { tags: 3 });
    const page = onePage(w, 'mm');
    const [here, there] = [onePage(w, 'here'), onePage(w, 'there')];
    spaces.starts(0, here.mm, { lazy: true, tag: 1 });
    spaces.starts(1, there.mm, { tag: 3 });
    // One roll-over ago it had tag 3, which somebody else has by now.
    const { allocator } = spaces;
    const { cells } = w;
    cells.setInitial(allocator.generation, 2);
    const there3 = (2 << GENERATION) | 3;
    for (const cell of [there.mm.context?.id, spaces.cpus.get(1)?.activeAsid])
      if (cell !== undefined) cells.setInitial(cell, there3);
    if (page.mm.context !== undefined) cells.setInitial(page.mm.context.id, (1 << GENERATION) | 3);
    return { ...page, here, there };
  },
  agents: {
    unmap: unmapper((s) => s),
    user: switchedTo('is switched to'),
  },
  mutants: {
    'tag-first': {
      what: 'the tag is read before the entry is changed',
      breaks: ['UAF', 'STALE'],
      why: 'the address space gets its new tag in between, walks to the old entry, and the invalidation names the old tag',
      patch: {
        *ptepGetAndClear(m, mm, addr, ptep) {
          m.current.contextId = yield* m.k.readContextId(mm);
          return yield* m.pte.ptepGetAndClear(mm, addr, ptep);
        },
        *readContextId(m, mm) {
          return m.current.contextId ?? (yield* m.k.readContextId(mm));
        },
      },
      only: ['unmap'],
    },
  },
});
