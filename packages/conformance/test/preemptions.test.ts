/** How often a schedule leaves an agent that could have gone on: counted from the steps alone, for any schedule. */
import { OpKind } from '@racewalk/core/step';
import type { Recording, StepRecord } from '@racewalk/explorer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { preemptionsOf } from '../src/matrix/replay/preemptions.js';

interface Did {
  readonly thread: number;
  readonly kind: number;
  readonly cell: number;
  readonly changes: boolean;
  readonly flusher: boolean;
}

const recorded = (steps: readonly Did[]): Recording =>
  ({
    steps: steps.map(
      ({ thread, kind, cell, changes, flusher }): Partial<StepRecord> => ({
        ...{ thread, kind, flusher, cells: [cell], before: [0], after: [changes ? 1 : 0] },
      }),
    ),
  }) as unknown as Recording;

const WAITS = [OpKind.LOCK, OpKind.AWAIT, OpKind.RETRY];

const did: fc.Arbitrary<Did> = fc.record({
  thread: fc.nat(2),
  kind: fc.constantFrom(OpKind.READ, OpKind.WRITE, OpKind.CHOOSE, ...WAITS),
  cell: fc.nat(2),
  changes: fc.boolean(),
  flusher: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

/** Said step by step: who is left, when it comes back, and whether what it waited for has come in between. */
function expected(all: readonly Did[]): number {
  const steps = all.filter(({ kind, flusher }) => kind !== OpKind.CHOOSE && !flusher);
  let count = 0;
  for (let i = 0; i + 1 < steps.length; i++) {
    const { thread } = steps[i]!;
    if (steps[i + 1]!.thread === thread) continue;
    let back = i + 1;
    while (back < steps.length && steps[back]!.thread !== thread) back++;
    if (back === steps.length) continue;
    const { kind, cell } = steps[back]!;
    let came = false;
    for (let at = i + 1; at < back; at++) came ||= steps[at]!.changes && steps[at]!.cell === cell;
    if (!(WAITS as number[]).includes(kind) || !came) count++;
  }
  return count;
}

it('counts what was left and could have gone on', () => {
  fc.assert(
    fc.property(fc.array(did, { maxLength: 14 }), (steps) => {
      expect(preemptionsOf(recorded(steps))).toBe(expected(steps));
    }),
    { numRuns: 400 },
  );
});

it('does not count a wait that ended by what others did meanwhile, only by that', () => {
  const step = (thread: number, kind: number, cell: number, changes = false): Did => ({
    ...{ thread, kind, cell, changes, flusher: false },
  });
  const lock = step(0, OpKind.LOCK, 1);
  const left = (...between: Did[]) => preemptionsOf(recorded([step(0, OpKind.READ, 0), ...between, lock]));
  expect(left(step(1, OpKind.UNLOCK, 1, true))).toBe(0);
  expect(left(step(1, OpKind.WRITE, 2, true))).toBe(1);
  // Nor by what happens after it has come back: the last switch is away from thread 0 for good.
  const after = [step(0, OpKind.READ, 0), step(1, OpKind.READ, 0), lock, step(2, OpKind.WRITE, 1, true)];
  expect(preemptionsOf(recorded(after))).toBe(1);
});
