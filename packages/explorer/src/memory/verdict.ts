/** What is wrong with an execution that cannot go on: deadlock, livelock, a lock left behind, the final check. */
import { N } from '../automaton/automata.js';
import { among, Kind, Kinds } from '../automaton/kinds.js';
import { describe } from '../automaton/signature.js';
import type { Waiting } from '../types.js';
import type { Machine } from './machine.js';

/** Check a state in which no agent can move; a fault goes to `m.fail`. Returns true if it is a deadlock. */
export function judge(m: Machine): boolean {
  const { program } = m;
  for (let t = 0; t < m.threads; t++) {
    if (among(Kinds.OVER, m.kindOf(t)) || program.threads[t]!.daemon === true) continue;
    const waiting = waitingThreads(m);
    m.fail('LIVE', stuckMessage(m.program.threads, waiting));
    return true;
  }
  if (program.locks !== undefined) leftLocked(m, program.locks);
  program.final?.(m.mem, 0, m);
  return false;
}

function leftLocked(m: Machine, locks: readonly number[]): void {
  for (const lock of locks) {
    const owner = m.mem[lock]! - 1;
    if (owner < 0 || owner >= m.threads || !among(Kinds.OVER, m.kindOf(owner))) continue;
    m.fail('LIVE', `${m.program.threads[owner]!.name} ended holding ${m.program.cells[lock]!.name}`);
  }
}

/** Who cannot go on, and for what they wait. */
function waitingThreads(m: Machine): Waiting[] {
  const waiting: Waiting[] = [];
  for (let t = 0; t < m.threads; t++) {
    const node = m.cur[t]!;
    const kind = m.auto.nodes[(node << N.SHIFT) + N.KIND]!;
    if (among(Kinds.OVER, kind)) continue;
    const op = m.auto.ops[node]!;
    waiting.push(waitingFor(m.program, t, op, kind === Kind.LOCK ? m.mem[op.cell]! : 0));
  }
  return waiting;
}

/** Describe one waiting thread; `held` is the value of the lock it wants (0 if it wants none). */
export function waitingFor(
  program: Machine['program'],
  thread: number,
  op: { kind: number; cell: number; cells: readonly number[]; guard: number; label: string },
  held: number,
): Waiting {
  const cell = op.guard >= 0 ? op.guard : op.cell >= 0 ? op.cell : (op.cells[0] ?? -1);
  const name = cell >= 0 ? program.cells[cell]!.name : 'its store buffer';
  const label = op.label !== '' ? op.label : describe({ ...op, label: '' } as never);
  return { thread, label, cell: name, ...(held > 0 ? { owner: held - 1 } : {}) };
}

/** `deadlock: zap waits for ptl (lock ptl), held by user; …` */
export function stuckMessage(
  threads: readonly { name: string; daemon?: boolean }[],
  waiting: readonly Waiting[],
): string {
  const parts = waiting
    .filter(({ thread }) => threads[thread]!.daemon !== true)
    .map(({ thread, label, cell, owner }) => {
      const by = owner === undefined ? '' : `, held by ${threads[owner]?.name ?? `thread ${owner}`}`;
      return `${threads[thread]!.name} waits for ${cell} (${label})${by}`;
    });
  return `nobody can go on: ${parts.join('; ')}`;
}
