/** What is wrong with an execution that cannot go on: deadlock, livelock, a lock left behind, the final check. */
import { N } from '../program/automata.js';
import { among, Kind, Kinds } from '../program/kinds.js';
import { stuckMessage, waitingFor } from '../program/messages.js';
import type { Waiting } from '../types.js';
import type { Execution } from './execution.js';

/** Check a state in which no agent can move; a fault goes to `x.fail`. Returns true if it is a deadlock. */
export function judge(x: Execution): boolean {
  const { program } = x;
  for (let t = 0; t < x.threads; t++) {
    if (among(Kinds.OVER, x.kindOf(t)) || program.threads[t]!.daemon === true) continue;
    const waiting = waitingThreads(x);
    x.fail('LIVE', stuckMessage(x.program.threads, waiting));
    return true;
  }
  if (program.locks !== undefined) leftLocked(x, program.locks);
  program.final?.(x.mem, 0, x);
  return false;
}

function leftLocked(x: Execution, locks: readonly number[]): void {
  for (const lock of locks) {
    const owner = x.mem[lock]! - 1;
    if (owner < 0 || owner >= x.threads || !among(Kinds.OVER, x.kindOf(owner))) continue;
    x.fail('LIVE', `${x.program.threads[owner]!.name} ended holding ${x.program.cells[lock]!.name}`);
  }
}

/** The threads that cannot go on, and what they wait for. */
function waitingThreads(x: Execution): Waiting[] {
  const waiting: Waiting[] = [];
  for (let t = 0; t < x.threads; t++) {
    const node = x.cur[t]!;
    const kind = x.auto.nodes[(node << N.SHIFT) + N.KIND]!;
    if (among(Kinds.OVER, kind)) continue;
    const op = x.auto.ops[node]!;
    waiting.push(waitingFor(x.program, t, op, kind === Kind.LOCK ? x.mem[op.cell]! : 0));
  }
  return waiting;
}
