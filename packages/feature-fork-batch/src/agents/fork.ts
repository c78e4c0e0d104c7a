import { addrOf } from '@racewalk/core';
import { awaitWord, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, FunctionTable, Machine, Patch, World } from '@racewalk/machine';
import type { Fork } from '../setup.js';

/** As before the series: every entry by itself, with the same single invalidation. */
const ONE_AT_A_TIME: Patch = {
  *copyPresentPtes(m, dstVma, srcVma, dstPte, srcPte, pte, _maxNr, progress) {
    return yield* m.k.copyPresentPtes(dstVma, srcVma, dstPte, srcPte, pte, 1, progress);
  },
};

/** Fork copies one entry at a time in this world. Called by `setup`. */
export function oneAtATime(w: World): void {
  w.binder.replace(ONE_AT_A_TIME as FunctionTable);
}

/** A thread of the parent that forks. From its last step on the child runs; `finish` comes right before that. */
export function forkThen<S extends Fork>(finish: (m: Machine, s: S) => Step<void>): AgentSpec<S> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'forks',
    *run(m, s) {
      yield* m.k.dupMmap(s.child, s.parent);
      yield* finish(m, s);
      yield* write(s.child.mm.running, 1, 'fork returns');
    },
  };
}

/** A thread of the parent that forks. From its last step on the child runs. */
export const fork: AgentSpec<Fork> = forkThen(function* () {});

/** Without the invalidation at the end. */
export const NO_FLUSH = {
  what: 'nothing is invalidated at the end of fork',
  within: 'dupMmap',
  patch: { *flushTlbMm() {} },
} as const satisfies { what: string; within: string; patch: Patch };

/** Wait until fork has returned: the child begins to run, and so does what the parent does afterwards. */
export function* afterFork(s: Fork): Step<void> {
  yield* awaitWord(s.child.mm.running, (running) => running !== 0, 'after fork');
}

/** Write-protect all of the parent's area, in one piece. */
export function* protectAll(m: Machine, s: Fork): Step<void> {
  const { parent } = s;
  const first = parent.table.entries[0]!;
  yield* m.pteOffsetMapLock(parent.table);
  yield* m.pte.wrprotectPtes(parent.mm, addrOf(first.vpn), first, parent.end - parent.start);
  yield* m.pteUnmapUnlock(parent.table);
}
