import { addrOf } from '@racewalk/core';
import { awaitWord, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { type CopyOps, copyOps } from '../ops/copy-ops.js';
import { copyPageRange } from '../ops/copy-page-range.js';
import { type Fork, sparesOf } from '../setup.js';

/** When the parent's translations are invalidated. */
export type FlushWhen = 'locked' | 'unlocked' | 'before' | 'never';

/** How one fork differs from that of Linux. */
export interface ForkPlan {
  readonly ops?: Partial<CopyOps>;
  /** Default `locked`: at the end, before the mmap lock is dropped. */
  readonly flush?: FlushWhen;
  readonly sequence?: boolean;
  /** Something done after everything else, right before fork returns. */
  readonly finish?: (m: Machine, s: Fork) => Step<void>;
}

/** Copy the areas of a process; its threads run on. @kernel dup_mmap */
export function* dupMmap(m: Machine, s: Fork, plan: ForkPlan = {}): Step<void> {
  const { parent, child, rss } = s;
  const { flush = 'locked', sequence = true } = plan;
  const single = m.world.params.oneAtATime === true ? { batch: null } : {};
  yield* m.lock(parent.mm.mmapLock);
  if (flush === 'before') yield* m.tlb.flushTlbMm(parent.mm);
  yield* copyPageRange(m, {
    dst: child,
    src: parent,
    rss,
    spares: sparesOf(s, 0),
    sequence,
    ops: copyOps({ ...single, ...plan.ops }),
  });
  if (flush === 'locked') yield* m.tlb.flushTlbMm(parent.mm);
  yield* m.unlock(parent.mm.mmapLock);
  if (flush === 'unlocked') yield* m.tlb.flushTlbMm(parent.mm);
}

/** A thread of the parent that forks. From its last step on the child runs. */
export function fork<S extends Fork>(plan: ForkPlan = {}): AgentSpec<S> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'forks',
    *run(m, s) {
      yield* dupMmap(m, s, plan);
      if (plan.finish !== undefined) yield* plan.finish(m, s);
      yield* write(s.child.mm.running, 1, 'fork returns');
    },
  };
}

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
