import { announced, type Cell, copyOp, type Op, OpKind, type Step } from '@racewalk/core/step';

/**
 * `body` with `intruder` put in before its step number `at` (0 is before the first). With `runAlone` and
 * every `at` from 0 on, this is every schedule in which another agent acts once: enough to show that an
 * operation is atomic, without a search. An `at` behind the last step never happens.
 */
export function* intrudeAt<T>(body: Step<T>, at: number, intruder: () => Step<unknown>): Step<T> {
  let turn = body.next();
  for (let step = 0; !turn.done; step++) {
    if (step === at) {
      // The intruder announces its own steps; the body's step waits until the intruder has finished.
      const waiting = copyOp(announced);
      yield* intruder();
      Object.assign(announced, waiting);
    }
    turn = body.next(yield);
  }
  return turn.value;
}

/** Whether a step may read or write one of these words. */
function touches(op: Op, cells: readonly Cell[]): boolean {
  switch (op.kind) {
    case OpKind.ATOMIC:
    case OpKind.RETRY:
      return cells.some((cell) => op.cells.includes(cell));
    case OpKind.CHOOSE:
    case OpKind.FENCE:
    case OpKind.KEY:
      return false;
    default:
      return cells.includes(op.cell);
  }
}

/**
 * `body`, noting in `places` the steps before which an intruder that touches nothing but `cells` is worth trying. Before
 * any other step it does what it does before the next one: the two commute. So these are the steps that touch one of
 * `cells`, and the last one, which stands for the time after the last of them.
 */
export function* notingPlaces<T>(body: Step<T>, cells: readonly Cell[], places: number[]): Step<T> {
  let turn = body.next();
  let step = 0;
  for (; !turn.done; step++) {
    if (touches(announced, cells)) places.push(step);
    turn = body.next(yield);
  }
  if (step > 0 && places.at(-1) !== step - 1) places.push(step - 1);
  return turn.value;
}
