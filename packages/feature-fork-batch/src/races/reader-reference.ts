import { addrOf } from '@racewalk/core';
import { type AgentSpec, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, type HeldPage, loadHeld, doUserAddrFault as onFault } from '@racewalk/mm';
import { afterFork, fork } from '../agents/fork.js';
import { broken, PARENT_VALUE } from '../agents/users.js';
import { entryAt, type Fork, forkSetup } from '../setup.js';

/** The child takes a reference to read through (vmsplice), gives up its mapping, and reads. */
const child: AgentSpec<Fork> = {
  cpu: 2,
  role: 'kernel',
  note: 'child, keeps a reference to read',
  *run(m, s) {
    const { vma, ptep } = { vma: s.child, ptep: entryAt(s.child, 0) };
    yield* afterFork(s);
    const frame = yield* m.k.getUserPagesFastOnly(vma, vma.start);
    if (frame === null) return;
    const held: HeldPage = { vma, vpn: vma.start, frame };
    yield* m.pteOffsetMapLock(vma.table);
    yield* m.pte.ptepClearFlush(vma, addrOf(ptep.vpn), ptep);
    yield* m.k.folioRemoveRmapPte(frame);
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.k.folioPut(frame);
    if ((yield* loadHeld(m, held)) === PARENT_VALUE) {
      yield* broken('OWN', 'the child reads through its reference what the parent stored after fork');
    }
    yield* m.k.folioPut(frame);
  },
};

const parent: AgentSpec<Fork> = {
  cpu: 1,
  role: 'user',
  note: 'parent, stores a secret',
  *run(m, s) {
    yield* afterFork(s);
    yield* new UserCpu(m, s.parent, { onFault }).store(0, PARENT_VALUE);
  },
};

/** Race E3. */
export const readerReference: Scenario = defineScenario<Fork>({
  id: 'fork-batch/reader-reference',
  title: 'A reference for reading outlives the mapping of the child',
  source:
    'Batch-copy PTE ranges during fork(), November 2023 (seed 004), part 1: why references are added with the map count; CVE-2020-29374, Linux 17839856fd58 (5.8)',
  about:
    "The child takes a read-only reference to a page it shares with its parent, as vmsplice does, and then unmaps the page. Now the page is mapped once. May the parent keep it when it stores? No. If the fault handler counts only mappings, the parent keeps the page, and the child reads all later stores through its reference. Every Linux up to 5.7 leaked a parent's secrets this way. A page that is not exclusive may be kept only if it has one reference. With that rule the child reads the contents at fork and nothing newer.",
  invariants: ['OWN'],
  params: { block: 1 },
  setup(w) {
    w.contexts.track(2);
    return forkSetup(w, { spares: { 1: 1 } });
  },
  agents: { fork, parent, child },
  linux: { '6.12': 'upstream' },
  mutants: {
    'by-mapcount': {
      what: 'the fault handler keeps a page that is mapped once',
      breaks: 'OWN',
      why: 'the child has no mapping any more and still has a reference',
      patch: {
        *wpCanReuseAnonFolio(m, folio) {
          return (yield* m.k.folioMapcount(folio)) === 1;
        },
      },
    },
  },
});
