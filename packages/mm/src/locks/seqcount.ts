/** Sequence counts: a reader checks afterwards whether a writer was active. (include/linux/seqlock.h) */
import { type Cell, Order, read, type Step, write } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

const nameOf = (m: Machine, cell: Cell): string => m.world.cells.cells[cell]?.name ?? `cell ${cell}`;

/** The writer's own next value; a lock serialises the writers, so no other writer interferes. */
function* advance(m: Machine, cell: Cell, op: string): Step<void> {
  const label = { op, text: nameOf(m, cell) };
  const now = yield* read(cell, label, (o) => `→ ${o.result}`);
  yield* write(cell, now + 1, label, (o) => `= ${o.after[0]}`);
}

/** From here on readers see that a writer is active: the count is odd. @kernel raw_write_seqcount_begin */
export function* rawWriteSeqcountBegin(m: Machine, cell: Cell): Step<void> {
  yield* advance(m, cell, 'raw_write_seqcount_begin');
  yield* m.k.smpWmb();
}

/** The writer has finished. @kernel raw_write_seqcount_end */
export function* rawWriteSeqcountEnd(m: Machine, cell: Cell): Step<void> {
  yield* m.k.smpWmb();
  yield* advance(m, cell, 'raw_write_seqcount_end');
}

/** The current count; odd while a writer is active. @kernel raw_read_seqcount */
export function* rawReadSeqcount(m: Machine, cell: Cell): Step<number> {
  const label = { op: 'raw_read_seqcount', text: nameOf(m, cell) };
  return yield* read(cell, label, (o) => `→ ${o.result}`, Order.ACQUIRE);
}

/** Whether a writer began since `start` was read. @kernel read_seqcount_retry */
export function* readSeqcountRetry(m: Machine, cell: Cell, start: number): Step<boolean> {
  yield* m.k.smpRmb();
  const now = yield* read(cell, { op: 'read_seqcount_retry', text: nameOf(m, cell) }, (o) => `→ ${o.result}`);
  return now !== start;
}

/** Functions that others call by name. */
export const SEQCOUNT = {
  rawWriteSeqcountBegin,
  rawWriteSeqcountEnd,
  rawReadSeqcount,
  readSeqcountRetry,
} as const;

type SeqcountFunctions = typeof SEQCOUNT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SeqcountFunctions {}
}
